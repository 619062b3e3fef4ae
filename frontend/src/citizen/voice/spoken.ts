/** Text as a voice should read it: no marks and sources, and amounts, dates and numbers as words. */
const DIGITS = '零一二三四五六七八九'
const UNITS = ['', '十', '百', '千']
const GROUPS = ['', '万', '亿']

function below10000(number: number): string {
  let words = ''
  let zero = false
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(number / 10 ** place) % 10
    if (digit) {
      words += (zero && words ? '零' : '') + DIGITS[digit] + UNITS[place]
      zero = false
    } else {
      zero = true
    }
  }
  return words
}

/** 12 → 十二, 2060 → 二千零六十, 3.5 → 三点五. Whole part below 10¹². */
export function inWords(number: string): string {
  const [whole = '0', fraction] = number.split('.')
  const groups = whole.replace(/^0+(?=\d)/, '').match(/\d{1,4}(?=(\d{4})*$)/g) ?? ['0']
  let words = ''
  groups.forEach((group, index) => {
    const value = Number(group)
    if (!value) return
    words += (words && group.startsWith('0') ? '零' : '') + below10000(value) + GROUPS[groups.length - 1 - index]
  })
  words = (words || '零').replace(/^一十/, '十')
  return fraction ? `${words}点${oneByOne(fraction)}` : words
}

function oneByOne(digits: string): string {
  return [...digits].map(digit => DIGITS[Number(digit)] ?? digit).join('')
}

function clock(hours: string, minutes: string): string {
  return `${inWords(hours)}点${Number(minutes) ? `${minutes.startsWith('0') ? '零' : ''}${inWords(minutes)}分` : ''}`
}

const MEASURES = '个|天|份|次|位|张|年|周|小时|人|名|种|项|条|步|套|件|本'

const RULES: [RegExp, (...found: string[]) => string][] = [
  [/https?:\/\/[\w.:/?#@!$&'*+,;=%~-]+/g, () => ''],
  [/——依据：.*$/gm, () => ''],
  [/（依据：[^）]*）|[*#]/g, () => ''],
  [/〔(\d{4})〕(\d+)号/g, (_, year, number) => `${oneByOne(year!)}年${inWords(number!)}号`],
  [/\b0\d{2,3}-\d{7,8}\b/g, digits => oneByOne(digits!.replace('-', ''))],
  [/(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?/g, (_, y, m, d) => `${oneByOne(y!)}年${inWords(m!)}月${inWords(d!)}日`],
  [/(\d{4})年(?!以|内)/g, (_, year) => `${oneByOne(year!)}年`],
  [/(\d{1,2}):(\d{2})(?:\s*[-—~至到]\s*(\d{1,2}):(\d{2}))?/g, (_, h, m, h2, m2) => clock(h!, m!) + (h2 ? `到${clock(h2, m2!)}` : '')],
  [/(\d+(?:\.\d+)?)(万?)元\s*\/\s*([一-鿿])/g, (_, number, tens, per) => `每${per}${inWords(number!)}${tens}元`],
  [/(\d+(?:\.\d+)?)\s*[%％]/g, (_, number) => `百分之${inWords(number!)}`],
  [/(\d+(?:\.\d+)?)\s*[-—~～]\s*(?=\d)/g, (_, number) => `${inWords(number!)}到`],
  [/\b(?:110|119|12[02]|12\d{3})\b(?!\s*(?:元|个|天|日|平))/g, digits => oneByOne(digits!).replace(/一/g, '幺')],
  [new RegExp(`(^|[^\\d.])2(?=${MEASURES})`, 'gm'), (_, before) => `${before}两`],
  [/\d+(?:\.\d+)?/g, digits => (digits!.length > 8 ? oneByOne(digits!) : inWords(digits!))],
  [/^\s*[·•]\s*/gm, () => ''],
  [/[【〔[]([^】〕\]]*)[】〕\]]/g, (_, inside) => `${inside}，`],
  [/\n+/g, () => '。'],
  [/([。！？，；：])[。，]+/g, (_, first) => first!],
]

/** Chinese text for a voice. Other languages are left to the voice, without marks. */
export function spoken(text: string): string {
  const words = RULES.reduce((said, [pattern, word]) => said.replace(pattern, word as (...found: unknown[]) => string), text)
  return words.replace(/^[。，\s]+/, '').trim()
}
