/** Edits not saved yet, kept in this browser per person and record, so that a closed window loses nothing. */
import {forget, readStored, store} from '../../shared/storage'
import type {Address, Content} from '../types'

export interface Draft {
  content: Content
  /** The number of the version the edits were made on; null for a new record. */
  expected: number | null
  at: string
}

function keyOf(account: string, address: Address): string {
  return `banshi.draft/${account}/${address.kind}/${address.key}/${address.region}`
}

export function readDraft(account: string, address: Address): Draft | null {
  return readStored<Draft>(keyOf(account, address))
}

export function keepDraft(account: string, address: Address, draft: Draft): void {
  store(keyOf(account, address), draft)
}

export function dropDraft(account: string, address: Address): void {
  forget(keyOf(account, address))
}
