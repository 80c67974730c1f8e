import Button from '@mui/material/Button';
import type { Problem } from '@autoops/contracts';
import { useEffect, useState, type CSSProperties, type ReactNode } from 'react';
import { asProblem } from '../api/problem.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { CommandLine } from '../controls/command-line.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { Glyph } from '../status/glyph.tsx';
import type { Tone } from '../status/statuses.ts';
import { OtherSignIn } from '../shell/other-sign-in.tsx';
import { forbidden } from './forbidden.ts';

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

/** A grey block of the final size, shown only when loading takes longer than 150 ms. */
export function Skeleton({ height, width }: { readonly height: number | string; readonly width?: number | string }) {
  // What the server draws is looked at for longer than that.
  const [shown, setShown] = useState(typeof document === 'undefined');
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

/** A part of a screen that is awaited: blocks of these heights, below each other or as the class `grid` lays them out. */
interface SkeletonPart {
  readonly heights: readonly (number | string)[];
  readonly grid?: string;
  readonly width?: number | string;
}

/** The shape of a screen that is awaited, from top to bottom. */
export function SkeletonScreen({ parts }: { readonly parts: readonly SkeletonPart[] }) {
  return (
    <div className="stack">
      {parts.map(({ heights, grid, width }, part) => (
        <div key={part} className={grid ?? 'stack'}>
          {heights.map((height, index) => (
            <Skeleton key={index} height={height} {...(width === undefined ? {} : { width })} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** A table that is awaited: one card with its head and rows of this height in px, which on a phone are cards of one height. */
export function SkeletonTable({ rows, rowHeight = 57 }: { readonly rows: number; readonly rowHeight?: number }) {
  return (
    <div className="card flush awaited-table" style={{ '--columns-row': `${rowHeight}px` } as CSSProperties}>
      <div className="head">
        <Skeleton height={12} width="24%" />
      </div>
      {Array.from({ length: rows }, (_row, index) => (
        <div key={index}>
          <Skeleton height={12} width={index % 2 === 0 ? '62%' : '48%'} />
        </div>
      ))}
    </div>
  );
}

/** Lines of skeleton below each other. */
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

/** The permission that a refusal names; reading where it names none. */
function missingPermission(problem: Problem): string {
  return /permission ([\w:-]+)/.exec(problem.detail ?? '')?.[1] ?? 'aiops:read';
}

/** Where there is a list of what one was not found of. */
const LISTS: Readonly<Record<string, readonly [path: string, label: string]>> = {
  incident: ['/incidents', 'All incidents'],
  approval: ['/approvals', 'All approvals'],
  run: ['/runs', 'All runs'],
  runbook: ['/runbooks', 'All runbooks'],
  service: ['/services', 'All services'],
};

interface Headline {
  readonly title: string;
  readonly text: string;
  /** What else helps, said before the command where trying again comes first. */
  readonly remedy?: string;
  readonly command?: string;
}

function headline(problem: Problem, what: string): Headline {
  if (problem.status === 403) {
    return { title: `Your role does not let you see the ${what}`, ...forbidden(missingPermission(problem)) };
  }
  if (problem.status === 0)
    return {
      title: problem.title,
      text: `${what === 'session' ? 'Whether you are signed in is not known' : `The ${what} could not be loaded`}. This page asks again every few seconds; steps already under way do not depend on it.`,
      remedy: 'Check the network, or on the server use:',
      command: 'npx --no autoops doctor',
    };
  if (problem.status === 404)
    return {
      title: `There is no such ${what}`,
      text: 'The link may be old, or it belongs to another workspace.',
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
  const { title, text, remedy, command } = headline(problem, what);
  const list = problem.status === 404 ? LISTS[what] : undefined;
  const buttons = (
    <div className="row">
      {retry !== undefined && problem.status !== 403 && problem.status !== 404 && (
        <Button onClick={retry}>Try again</Button>
      )}
      {list !== undefined && <ActionButton to={list[0]}>{list[1]}</ActionButton>}
      {problem.requestId !== '' && (
        <CopyButton
          text={`${problem.code} ${problem.requestId}`}
          label={`Copy request ${problem.requestId.slice(0, 8)}`}
        />
      )}
    </div>
  );
  return (
    <div className="empty" role="alert">
      <h2 className="h3">{title}</h2>
      <p>{text}</p>
      {remedy !== undefined && (
        <>
          {buttons}
          <p>{remedy}</p>
        </>
      )}
      {command !== undefined && <CommandLine text={command} />}
      {problem.status === 403 && <OtherSignIn />}
      {remedy === undefined && buttons}
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

/** What of a query the states are told by. */
export interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  /** Why the newest attempt failed, while it is tried again. */
  readonly failureReason?: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

/** The newest failure of queries that have no data yet, of one thing: it stays while they are tried again, so that nothing flickers. */
export function useLastFailure(
  queries: readonly Pick<QueryLike<unknown>, 'error' | 'failureReason'>[],
  of: string,
): unknown {
  const [last, setLast] = useState<{ readonly of: string; readonly failure: unknown }>({ of, failure: null });
  const newest = queries
    .map(({ error, failureReason }) => error ?? failureReason ?? null)
    .find((each) => each !== null);
  const failure = newest ?? (last.of === of ? last.failure : null);
  if (failure !== last.failure || of !== last.of) setLast({ of, failure });
  return failure;
}

/**
 * Shows data when there is any, even old data beside an error; else the skeleton; else what went wrong. `heading` names the screen
 * until its data can; with `cardOnly`, for a screen that is one card under no heading, only a reader hears it while that is awaited.
 */
export function Loaded<T>({
  query,
  what,
  heading,
  cardOnly = false,
  skeleton,
  children,
}: {
  readonly query: QueryLike<T>;
  readonly what: string;
  readonly heading?: string;
  readonly cardOnly?: boolean;
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  const failure = useLastFailure([query], heading ?? what);
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
  return (
    <>
      {heading !== undefined && (
        <div className={cardOnly && failure === null ? 'sr' : 'pagehead'}>
          <h1>{heading}</h1>
        </div>
      )}
      {failure === null ? skeleton : <Failed error={failure} what={what} retry={() => void query.refetch()} />}
    </>
  );
}
