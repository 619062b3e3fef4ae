/** Bring something into sight by moving its own list; scrollIntoView would also move a page that embeds this one. */
export function reveal(element: HTMLElement | null): void {
  const list = element?.closest('.log, .panel')
  if (!element || !list) return
  const gap = element.getBoundingClientRect().top - list.getBoundingClientRect().top
  if (gap < 0 || gap > list.clientHeight / 2) list.scrollTop += gap - 12
  element.focus({preventScroll: true})
}
