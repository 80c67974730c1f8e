import { type ReactNode } from 'react';
import { CommandLine } from '../controls/command-line.tsx';

/** Nothing here yet: what will appear, and the command that makes it appear. */
export function Empty({
  title,
  text,
  command,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly command?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <h2 className="h3">{title}</h2>
      <p>{text}</p>
      {command !== undefined && <CommandLine text={command} />}
      {children}
    </div>
  );
}
