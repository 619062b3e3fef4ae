/** The words of 我的办件, 一件事 and 相关事项. */
import {useWords} from './index'

const zh = {
  themes: '一件事套餐',
  themeLink: '要办的事和材料一次列全',
  related: '相关事项',
  mine: '我的办件',
  certificates: '我的证照',
  bookings: '我的预约',
  book: '预约到大厅办理',
  help: '申请帮办',
  marks: {
    held: (_: string) => '电子证照可免交（您名下有）',
    held_local: (_: string) => '您名下有电子证照，能不能免交以当地公布为准',
    expired: (_: string) => '您名下的已过期',
    shared: (department: string) => `可由部门共享取得，不用带（${department}）`,
  },
  mineNone: '没有查到您名下的办件。用别的证件申请的，可以说“查进度”，凭办件编号查。',
  mineWhose: (name: string) => `${name} 名下的办件`,
  updated: (day: string) => `${day} 更新`,
  by: (day: string) => `最晚 ${day}`,
  loading: '正在取…',
  choose: '要办哪几件',
  stage: (number: number) => `第 ${number} 步`,
  together: (count: number) => `${count} 件，可以同时办`,
  longest: (name: string, text: string) => `最长的是“${name}”：${text}`,
  after: (name: string, says: string) => `在“${name}”之后（指南里写着“${says}”）`,
  usedBy: (names: string) => `用于：${names}`,
  onlyFor: (name: string, when: string) => `${name}在“${when}”时才要`,
  fees: '费用',
  notNow: (names: string) => `${names} 这会儿没有办事指南，请拨打12345。`,
  pickOne: '请至少选一件。',
}

type FurtherWords = typeof zh

const ko: FurtherWords = {
  themes: '한번에 처리하는 일',
  themeLink: '할 일과 서류를 한번에 보기',
  related: '관련 업무',
  mine: '나의 신청',
  certificates: '나의 증명서',
  bookings: '나의 예약',
  book: '봉사청 방문 예약',
  help: '도움 신청',
  marks: {
    held: () => '전자증서로 면제(본인 명의로 있음)',
    held_local: () => '본인 명의의 전자증서가 있으며 면제 여부는 현지 공고를 기준으로 합니다',
    expired: () => '본인 명의의 증서가 만료됨',
    shared: department => `부문간 공유로 확인하므로 가져올 필요가 없음(${department})`,
  },
  mineNone: '본인 명의의 신청을 찾지 못했습니다. 신청 번호로 조회하실 수 있습니다.',
  mineWhose: name => `${name} 님의 신청`,
  updated: day => `${day} 갱신`,
  by: day => `${day}까지`,
  loading: '불러오고 있습니다…',
  choose: '처리할 일을 고르십시오',
  stage: number => `${number}단계`,
  together: count => `${count}건, 함께 처리할 수 있습니다`,
  longest: (name, text) => `가장 오래 걸리는 일 “${name}”: ${text}`,
  after: (name, says) => `“${name}” 다음에 처리합니다. 근거: ${says}`,
  usedBy: names => `사용처: ${names}`,
  onlyFor: (name, when) => `${name}: “${when}”인 경우에만`,
  fees: '비용',
  notNow: names => `${names}: 지금은 업무안내가 없습니다. 12345에 물어 주십시오.`,
  pickOne: '하나 이상 고르십시오.',
}

export function useFurtherWords(): FurtherWords {
  return useWords().code === 'ko' ? ko : zh
}
