import { type ReactNode } from 'react';
import { Glyph } from '../status/glyph.tsx';
import type { Tone } from '../status/statuses.ts';

/** A message across the width of what it is about. */
export function Banner({
  tone,
  glyph,
  children,
  action,
}: {
  readonly tone: Tone;
  readonly glyph: Parameters<typeof Glyph>[0]['name'];
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={`banner ${tone}`} role="status">
      <Glyph name={glyph} />
      <div className="grow">{children}</div>
      {action}
    </div>
  );
}
