/** The words of 申诉. */
import {useWords} from './index'

const zh = {
  open: '对结果不满意？申诉',
  what: '哪里不满意（一两句话）',
  send: '提交申诉',
  failed: '没有提交成功，请再试一次。',
}

type AppealWords = typeof zh

const ko: AppealWords = {
  open: '결과가 마음에 들지 않습니까? 이의 제기',
  what: '무엇이 마음에 들지 않습니까 (한두 마디)',
  send: '이의 제출',
  failed: '제출하지 못했습니다. 다시 한번 해 주십시오.',
}

export function useAppealWords(): AppealWords {
  return useWords().code === 'ko' ? ko : zh
}
