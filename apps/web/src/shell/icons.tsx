import type { ReactNode } from 'react';

const stroke = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
  strokeLinejoin: 'round',
  strokeLinecap: 'round',
} as const;

const ICONS = {
  brand: <path d="M2 9.5 5 9.5 7 3l2.6 10L11.4 7.5 14 7.5" {...stroke} strokeWidth={1.8} />,
  now: <path d="M2 8h3l2-5 3 9 2-4h2" {...stroke} />,
  services: <path d="M2.5 3.5h11v4h-11zM2.5 9.5h11v3h-11zM5 5.5h.01M5 11h.01" {...stroke} />,
  incidents: <path d="M8 2l6.2 11H1.8zM8 6.5v3M8 11.3v.1" {...stroke} />,
  runs: <path d="M4.5 3v10l8-5z" {...stroke} />,
  approvals: <path d="M8 1.8l5.2 2v4.4c0 3-2.3 5-5.2 6-2.9-1-5.2-3-5.2-6V3.8zM5.6 8l1.7 1.7 3.2-3.5" {...stroke} />,
  value: <path d="M2.5 13.5h11M4 11V8m4 3V5m4 6V2.5" {...stroke} />,
  audit: <path d="M3.5 2h9v12h-9zM5.8 5.2h4.4M5.8 8h4.4M5.8 10.8h2.6" {...stroke} />,
  runbooks: (
    <path d="M3 3.2C5 2.2 7 2.6 8 3.8c1-1.2 3-1.6 5-.6v9.4c-2-1-4-.6-5 .6-1-1.2-3-1.6-5-.6zM8 3.8v9.4" {...stroke} />
  ),
  policies: <path d="M8 2v11.5M3 4.5h10M3 4.5l-1.6 4h3.2zM13 4.5l-1.6 4h3.2zM5.5 13.5h5" {...stroke} />,
  integrations: <path d="M5.5 2v3m5-3v3M3.5 5h9v2.5a4.5 4.5 0 0 1-9 0zM8 12v2.5" {...stroke} />,
  settings: <path d="M2 4.5h6m3 0h3M2 11.5h3m3 0h6M8 2.8v3.4M5 9.8v3.4" {...stroke} />,
  self: <path d="M2.5 11a5.5 5.5 0 1 1 11 0M8 11l3-4" {...stroke} />,
  menu: <path d="M2 4h12M2 8h12M2 12h12" {...stroke} />,
  stop: <path d="M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2zM5.5 8h5" {...stroke} />,
  theme: <path d="M13.5 9.3A5.8 5.8 0 0 1 6.7 2.5a5.8 5.8 0 1 0 6.8 6.8z" {...stroke} />,
  arrow: <path d="M3 8h9.5m-3.6-3.6L12.5 8l-3.6 3.6" {...stroke} />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof ICONS;

/** A navigation icon; always beside a word or inside a labelled button. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {ICONS[name]}
    </svg>
  );
}
