import type { ReactNode } from 'react';

/** Shapes carry the meaning; colour repeats it. Drawn on a 14-unit square with the text's own colour. */
const SHAPES = {
  check: (
    <>
      <circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M4.3 7.2l1.9 1.9 3.6-4" fill="none" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  tick: <path d="M2.5 7.5l3 3 6-6.5" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  shield: (
    <>
      <path d="M7 1l5 2v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V3z" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="7" cy="6" r="1.3" fill="currentColor" />
      <path d="M7 7v2.6" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  stop: (
    <>
      <path d="M4.5 1h5L13 4.5v5L9.5 13h-5L1 9.5v-5z" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M4 7h6" stroke="currentColor" strokeWidth="1.8" />
    </>
  ),
  diamond: <path d="M7 1l6 6-6 6-6-6z" fill="currentColor" />,
  triangle: <path d="M7 1.5l6 11H1z" fill="currentColor" />,
  square: <path d="M2 2h10v10H2z" fill="currentColor" fillOpacity=".35" stroke="currentColor" strokeWidth="1.5" />,
  ring: <circle cx="7" cy="7" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  dot: <circle cx="7" cy="7" r="4" fill="currentColor" />,
  half: (
    <>
      <circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M7 1.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
    </>
  ),
  clock: (
    <>
      <circle cx="7" cy="7" r="5.8" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M7 3.8V7l2.2 1.6" fill="none" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  pause: <path d="M4.5 3v8M9.5 3v8" stroke="currentColor" strokeWidth="2" />,
  undo: (
    <path
      d="M5.2 2.4L2.4 5.2l2.8 2.8M2.8 5.2h5.4a3 3 0 0 1 0 6.2H5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
    />
  ),
  cross: (
    <>
      <circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M4.8 4.8l4.4 4.4m0-4.4L4.8 9.2" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  question: (
    <>
      <circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5.2 5.4a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.7.5-.7 1" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <circle cx="7" cy="10" r=".8" fill="currentColor" />
    </>
  ),
  dash: <path d="M2 7h10" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2" />,
  // One element: a timeline of a system has one in each row.
  gear: (
    <path
      d="M9 7a2 2 0 1 1-4 0 2 2 0 0 1 4 0M7 1v2m0 8v2M1 7h2m8 0h2M2.8 2.8l1.4 1.4m5.6 5.6l1.4 1.4m0-8.4L9.8 4.2M4.2 9.8l-1.4 1.4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
    />
  ),
} satisfies Record<string, ReactNode>;

export type GlyphName = keyof typeof SHAPES;

/** A status shape; hidden from assistive technology because a word always stands beside it. */
export function Glyph({ name }: { readonly name: GlyphName }) {
  return (
    <svg viewBox="0 0 14 14" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}
