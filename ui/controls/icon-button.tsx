// A small button that is a picture; its name is read aloud and shown on hover.

import type { ReactNode } from 'react';

const paths = {
  sun: 'M10 3v2M10 15v2M3 10h2M15 10h2M5 5l1.500 1.500M13.500 13.500 15 15M15 5l-1.500 1.500M6.500 13.500 5 15M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  moon: 'M16 11.500A6.500 6.500 0 0 1 8.500 4a6.500 6.500 0 1 0 7.500 7.500Z',
  keyboard: 'M3 6h14v8H3zM6 9h.01M9 9h.01M12 9h.01M15 9h-.99M6.500 11.700h7',
  refresh: 'M15.500 8A6 6 0 1 0 16 11.500M16 4v4h-4',
  copy: 'M7 7h9v9H7zM13 7V4H4v9h3',
  check: 'm4 10.500 4 4 8-9',
  close: 'M5 5l10 10M15 5 5 15',
  plus: 'M10 5v10M5 10h10',
  minus: 'M5 10h10',
  left: 'M12 5l-5 5 5 5',
  down: 'M5 8l5 5 5-5',
  plan: 'M4 4h6M7 8.500h6M10 13h6M4 4v9h6M7 4v4.500',
  pretty:
    'M7 3.500C4.500 3.500 6.500 9 3.500 10c3 1 1 6.500 3.500 6.500M13 3.500c2.500 0 .5 5.500 3.500 6.500-3 1-1 6.500-3.500 6.500',
  search: 'M9 3.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11ZM13 13l4 4',
  zoomOut: 'M9 3.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11ZM13 13l4 4M6.500 9h5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} aria-hidden="true">
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

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly spinning?: boolean;
  readonly children?: ReactNode;
}

export function IconButton(props: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      disabled={props.disabled}
      data-spinning={props.spinning === true || undefined}
      onClick={(event) => {
        event.stopPropagation();
        props.onClick();
      }}
    >
      <Icon name={props.icon} />
      {props.children}
    </button>
  );
}
