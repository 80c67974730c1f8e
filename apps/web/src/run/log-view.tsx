import type { RunLogLine } from '@autoops/contracts';
import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { plural, unbroken } from '../format/numbers.ts';
import { asProblem } from '../api/problem.ts';
import { announce } from '../live/announcer.tsx';
import { useKeys } from '../keyboard/keys.tsx';
import { useParameter } from '../shell/url-state.ts';
import { Empty } from '../state/empty.tsx';
import { blocksFor, lineAsked, LOG_BLOCK, matchQueries } from './log-window.ts';
import { useSettled } from './settled.ts';

function Highlight({ text, wanted }: { readonly text: string; readonly wanted: string }) {
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted.toLowerCase());
  if (at === -1) return <>{unbroken(text)}</>;
  return (
    <>
      {unbroken(text.slice(0, at))}
      <mark>{text.slice(at, at + wanted.length)}</mark>
      {unbroken(text.slice(at + wanted.length))}
    </>
  );
}

/** The run's log: virtual, numbered, with follow, search, jump to the next failure, and a link for every line. */
export function LogView({
  runId,
  live,
  step,
}: {
  readonly runId: string;
  readonly live: boolean;
  readonly step: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  const [search] = useSearchParams();
  const [line, setLine] = useParameter('line');
  const picked = Number(line) || undefined;
  const [follow, setFollow] = useState(live && picked === undefined);
  const [wrap, setWrap] = useState(true);
  const [times, setTimes] = useState(true);
  const [wanted, setWanted] = useState('');
  const settled = useSettled(wanted.trim());
  const client = useQueryClient();
  const [view, setView] = useState<readonly [number, number]>([1, LOG_BLOCK]);

  const head = useQuery({ ...queries.runLog(runId, 1, LOG_BLOCK), refetchInterval: live ? 2000 : false });
  const total = head.data?.total ?? 0;
  const blocks = blocksFor(view[0], Math.min(total, view[1])).filter((start) => start !== 1);
  const others = useQueries({
    queries: blocks.map((start) => ({
      ...queries.runLog(runId, start, LOG_BLOCK),
      refetchInterval: live && start + LOG_BLOCK > total ? 2000 : (false as const),
    })),
  });
  const answeredAt = others.map((query) => query.dataUpdatedAt).join();
  const known = useMemo(() => {
    const lines = new Map<number, RunLogLine>();
    for (const answer of [head.data, ...others.map((query) => query.data)])
      for (const each of answer?.lines ?? []) lines.set(each.line, each);
    return lines;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `others` is a new array at each render; its answers' times say when one changed
  }, [head.data, answeredAt]);

  const hasLines = total > 0;
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer hands out functions; nothing here is memoised on them
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => host.current,
    estimateSize: () => 24,
    overscan: 30,
  });
  const items = virtualizer.getVirtualItems();
  const first = (items[0]?.index ?? 0) + 1;
  const last = (items.at(-1)?.index ?? 0) + 1;
  useEffect(() => setView([first, last]), [first, last]);
  useEffect(() => {
    if (follow && total > 0) virtualizer.scrollToIndex(total - 1, { align: 'end' });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the virtualizer is a new object at each render; only new lines scroll
  }, [follow, total]);
  useEffect(() => {
    if (picked !== undefined && picked <= total) virtualizer.scrollToIndex(picked - 1, { align: 'center' });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- jumps once when the line is picked or the first lines are there, not with every new line
  }, [picked, hasLines]);

  const counted = useQuery({
    ...queries.runLogMatches(runId, settled),
    enabled: lineAsked(settled) === undefined,
    refetchInterval: live ? 5000 : false,
    placeholderData: keepPreviousData,
  });
  const find = async (direction: 1 | -1): Promise<number | undefined> => {
    for (const query of matchQueries(picked ?? 0, direction)) {
      const answer = await client.fetchQuery({ ...queries.runLogMatches(runId, wanted.trim(), query), staleTime: 0 });
      if (answer.lines[0] !== undefined) return answer.lines[0].line;
    }
    return undefined;
  };
  const jump = async (direction: 1 | -1): Promise<void> => {
    const asked = lineAsked(wanted);
    if (asked !== undefined) {
      setFollow(false);
      setLine(String(Math.min(asked, total)), true);
      return;
    }
    const next = await find(direction).catch((error: unknown) => announce(`Search: ${asProblem(error).title}`));
    if (next === undefined) return;
    setFollow(false);
    setLine(String(next), true);
  };
  useKeys({
    f: { label: 'Follow the log', run: () => setFollow((on) => !on) },
    w: { label: 'Wrap log lines', run: () => setWrap((on) => !on) },
    t: { label: 'Show log times', run: () => setTimes((on) => !on) },
    n: { label: 'Next failure or match', run: () => void jump(1) },
    N: { label: 'Previous failure or match', run: () => void jump(-1) },
  });
  const linkTo = (number: number): string => {
    const next = new URLSearchParams(search);
    next.set('line', String(number));
    return `?${next.toString()}`;
  };

  return (
    <section className="card flush" aria-label="Log">
      <div className="log-tools">
        <input
          type="search"
          placeholder="Search, or :line"
          aria-label="Search the log, or go to a line with a colon and its number"
          maxLength={200}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && void jump(event.shiftKey ? -1 : 1)}
        />
        <span className="small faint">
          {counted.isError
            ? 'The search failed'
            : settled === ''
              ? plural(counted.data?.total ?? 0, 'warning')
              : plural(counted.data?.total ?? 0, 'match', 'matches')}
        </span>
        {(
          [
            ['Follow', follow, setFollow, 'f'],
            ['Wrap', wrap, setWrap, 'w'],
            ['Times', times, setTimes, 't'],
          ] as const
        ).map(([title, on, set, key]) => (
          <button
            key={title}
            type="button"
            className={`chip${on ? ' run' : ''}`}
            aria-pressed={on}
            aria-keyshortcuts={key}
            onClick={() => set(!on)}
          >
            {title}
          </button>
        ))}
      </div>
      {total === 0 ? (
        <Empty
          title="No output yet"
          text={live ? 'Each line appears here as the run writes it.' : 'This run wrote nothing.'}
        />
      ) : (
        <div
          ref={host}
          className={`log${wrap ? '' : ' nowrap'}`}
          tabIndex={0}
          role="region"
          aria-label={plural(total, 'log line')}
          onWheel={() => setFollow(false)}
        >
          <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
            {items.map((item) => {
              const entry = known.get(item.index + 1);
              const number = item.index + 1;
              const dimmed =
                step !== '' && entry !== undefined && entry.stepIndex !== undefined && String(entry.stepIndex) !== step;
              return (
                <div
                  key={item.key}
                  ref={virtualizer.measureElement}
                  data-index={item.index}
                  className={`log-line${picked === number ? ' picked' : ''}`}
                  style={{ transform: `translateY(${item.start}px)`, opacity: dimmed ? 0.45 : 1 }}
                >
                  <Link to={linkTo(number)} replace preventScrollReset aria-label={`Link to line ${number}`}>
                    {number}
                  </Link>
                  <span className="faint">{times && entry !== undefined ? entry.at.slice(11, 23) : ''}</span>
                  <span className={`level-${entry?.level ?? 'debug'}`}>{entry?.level ?? '…'}</span>
                  <span className="text">
                    {entry === undefined ? '' : <Highlight text={entry.text} wanted={wanted} />}
                  </span>
                </div>
              );
            })}
          </div>
        </div>
      )}
    </section>
  );
}
