/** The words of 提醒. */
import {useWords} from './index'

const zh = {
  title: '提醒我',
  since: (day: string) => `${day} 起`,
  kept: '已保存',
  recent: '最近的提醒',
  states: {
    waiting: '到时候发', posted: '正在发', sent: '已发', withdrawn: '已取消', over: '不用发了', failed: '没有发成',
  } as Record<string, string>,
}

type ReminderWords = typeof zh

const ko: ReminderWords = {
  title: '알림 받기',
  since: day => `${day}부터`,
  kept: '저장했습니다',
  recent: '최근 알림',
  states: {waiting: '예정', posted: '보내는 중', sent: '보냄', withdrawn: '취소됨', over: '필요 없어짐', failed: '보내지 못함'},
}

export function useReminderWords(): ReminderWords {
  return useWords().code === 'ko' ? ko : zh
}
