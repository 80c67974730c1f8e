import Button from '@mui/material/Button';
import { useState, type ReactNode } from 'react';
import { asProblem } from '../api/problem.ts';
import { Banner } from './banner.tsx';
import { Failed } from './failed.tsx';

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
