import type { ReactNode } from 'react';
import { useTitle } from './title.ts';

/** A screen under its title, which names the tab too; `head` stands beside the title. */
export function Screen({
  title,
  head,
  children,
}: {
  readonly title: string;
  readonly head?: ReactNode;
  readonly children: ReactNode;
}) {
  useTitle(title);
  return (
    <>
      <div className="pagehead">
        <h1>{title}</h1>
        {head}
      </div>
      {children}
    </>
  );
}
