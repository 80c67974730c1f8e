import type { ReactNode } from 'react';
import { useMayRead } from './session.tsx';
import { useTitle } from './title.ts';

/** A screen under its title, which names the tab too; `head`, what can be done with what it shows, stands beside the title. */
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
  const mayRead = useMayRead();
  return (
    <>
      <div className="pagehead">
        <h1>{title}</h1>
        {mayRead && head}
      </div>
      {children}
    </>
  );
}
