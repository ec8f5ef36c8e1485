// The pictures of the rail.

const paths = {
  overview: 'M3 3h6v6H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 11h6v6H3z',
  logs: 'M3 5h1M7 5h10M3 10h1M7 10h7M3 15h1M7 15h9',
  traces: 'M3 5h9M6 10h8M10 15h7',
  metrics: 'M3 16h14M3 13l4-5 4 3 5-7',
  sources:
    'M4 5.500c0-1.400 2.700-2.500 6-2.500s6 1.100 6 2.500S13.300 8 10 8 4 6.900 4 5.500ZM4 5.500v9C4 15.900 6.700 17 10 17s6-1.100 6-2.500v-9M4 10c0 1.400 2.700 2.500 6 2.500s6-1.100 6-2.500',
  health: 'M2.500 10.500h3.500l2-5 3.500 9.500 2-4.500h4',
} as const;

export type RailIconName = keyof typeof paths;

export function RailIcon({ name }: { readonly name: RailIconName }) {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

export function Logo() {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round">
        <circle cx="11" cy="11" r="8" />
        <path d="M4.600 7.200c4-2 9-1.600 12.600 1.800M3.200 12.400c4.500-2.600 10.500-2 14.600 2M7 18c-.4-4.500 1.600-10.600 6-14.600M19 11c0 5 .5 9 3 10" />
      </g>
    </svg>
  );
}
