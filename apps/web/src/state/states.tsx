import Button from '@mui/material/Button';
import type { Problem } from '@autoops/contracts';
import { useEffect, useState, type ReactNode } from 'react';
import { asProblem } from '../api/problem.ts';
import { CopyButton } from '../controls/copy.tsx';
import { Glyph } from '../status/glyph.tsx';

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
      {command !== undefined && (
        <p className="row">
          <code>{command}</code>
          <CopyButton text={command} label="Copy command" />
        </p>
      )}
      {children}
    </div>
  );
}

/** A grey block of the final size, shown only when loading takes longer than 150 ms. */
export function Skeleton({ height, width }: { readonly height: number; readonly width?: number | string }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div
      className={shown ? 'skeleton' : undefined}
      style={{ height, width: width ?? '100%' }}
      role="status"
      aria-label="Loading"
    />
  );
}

/** Rows of skeleton for a list. */
export function SkeletonRows({ rows, height = 40 }: { readonly rows: number; readonly height?: number }) {
  return (
    <div className="stack tight" aria-hidden={false}>
      {Array.from({ length: rows }, (_row, index) => (
        <Skeleton key={index} height={height} />
      ))}
    </div>
  );
}

/** Learning: how far, and what can already be seen. */
export function Learning({
  samples,
  of,
  note,
}: {
  readonly samples: number;
  readonly of: number;
  readonly note?: string;
}) {
  const share = of === 0 ? 0 : Math.min(1, samples / of);
  return (
    <span className="row">
      <span
        className="bar"
        style={{ width: 72 }}
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={of}
        aria-valuenow={samples}
        aria-label="Samples learned"
      >
        <i className="run" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="small muted">
        learning, {samples} of {of} samples{note === undefined ? '' : `; ${note}`}
      </span>
    </span>
  );
}

const PERMISSION_HELP: Readonly<Record<string, string>> = {
  'aiops:read': 'viewer, operator, approver or admin',
  'aiops:analyze': 'operator or admin',
  'aiops:remediate': 'operator or admin',
  'autoops:approve': 'approver or admin',
  'aiops:admin': 'admin',
};

/** Says which permission is missing, and who can grant it. */
export function forbiddenText(permission: string): string {
  return `This needs the permission ${permission} (role ${PERMISSION_HELP[permission] ?? 'admin'}). An admin can grant it, or make a token with: autoops token create --role ROLE`;
}

function headline(problem: Problem, what: string): { readonly title: string; readonly text: string } {
  if (problem.status === 403)
    return { title: `You may not see ${what}`, text: problem.detail ?? forbiddenText('aiops:read') };
  if (problem.status === 404)
    return {
      title: `There is no such ${what}`,
      text: 'The link may be old, or it belongs to another workspace. Lists show what there is.',
    };
  if (problem.status === 401) return { title: 'You are signed out', text: 'Sign in again; the page is kept as it is.' };
  if (problem.status === 429)
    return { title: 'Too many requests', text: 'The rate limit was reached; it is tried again by itself.' };
  return {
    title: problem.title,
    text: problem.detail ?? 'What is already on the page stays valid; only this part is missing.',
  };
}

/** A part of a page that failed: what, what still works, retry, and what to quote when asking for help. */
export function Failed({
  error,
  what,
  retry,
}: {
  readonly error: unknown;
  readonly what: string;
  readonly retry?: () => void;
}) {
  const problem = asProblem(error);
  const { title, text } = headline(problem, what);
  return (
    <div className="empty" role="alert">
      <h2 className="h3">{title}</h2>
      <p>{text}</p>
      <div className="row">
        {retry !== undefined && problem.status !== 403 && problem.status !== 404 && (
          <Button onClick={retry}>Try again</Button>
        )}
        {problem.requestId !== '' && (
          <CopyButton
            text={`${problem.code} ${problem.requestId}`}
            label={`Request ${problem.requestId.slice(0, 8)}`}
          />
        )}
      </div>
    </div>
  );
}

/** A message across the width of what it is about. */
export function Banner({
  tone,
  glyph,
  children,
  action,
}: {
  readonly tone: 'high' | 'deny' | 'guard' | 'run';
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

/** What of a query the states are told by. */
export interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

/** Shows data when there is any, even old data beside an error; else the skeleton; else what went wrong. */
export function Loaded<T>({
  query,
  what,
  skeleton,
  children,
}: {
  readonly query: QueryLike<T>;
  readonly what: string;
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error !== null && query.error !== undefined && (
          <Banner tone="high" glyph="clock" action={<Button onClick={() => void query.refetch()}>Try again</Button>}>
            This is the last that was received; the newest answer failed: {asProblem(query.error).title}.
          </Banner>
        )}
        {children(query.data)}
      </>
    );
  }
  if (query.isPending && !query.error) return skeleton;
  return <Failed error={query.error} what={what} retry={() => void query.refetch()} />;
}
