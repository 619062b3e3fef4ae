/** Line icons, drawn here so that nothing is fetched; those of the cards come with the cards. */
export const PATHS = {
  chevron: 'M9 5l7 7-7 7',
  more: 'M4 7h16M4 12h16M4 17h16',
  pin: 'M12 21s7-6.500 7-11a7 7 0 10-14 0c0 4.500 7 11 7 11zM12 7.500a2.500 2.500 0 100 5 2.500 2.500 0 000-5',
  phone: 'M5 4h4l2 5-2.500 1.500a11 11 0 005 5L15 13l5 2v4a1 1 0 01-1 1A15 15 0 014 5a1 1 0 011-1',
  person: 'M4 14v-2a8 8 0 0116 0v2M4 14h3v5H4zM17 14h3v5h-3zM17 19c0 2-2 2-5 2',
  notice: 'M12 3l9 17H3zM12 10v4M12 17h.01',
  shield: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4',
}

export function Drawing({d, size}: {d: string; size: number}) {
  return (
    <svg
      aria-hidden="true" focusable="false" width={`${size / 16}em`} height={`${size / 16}em`} viewBox="0 0 24 24" fill="none"
      stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round"
    >
      <path d={d}/>
    </svg>
  )
}

export function Icon({name, size = 20}: {name: keyof typeof PATHS; size?: number}) {
  return <Drawing d={PATHS[name]} size={size}/>
}
