import { shortId } from '@autoops/charts';
import type { AuditEntry, Run } from '@autoops/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { queries } from '../api/queries.ts';
import { Time, ZoneNote } from '../format/clock.tsx';
import { plural, unbroken } from '../format/numbers.ts';
import { Failed } from '../state/failed.tsx';
import { SkeletonRows } from '../state/skeletons.tsx';
import { ActorMark } from '../status/status.tsx';
import { useHeld } from '../table/held.ts';
import { stepsText } from '../words/plan-words.ts';
import { reasonText } from '../words/reasons.ts';

const SHOWN = 12;

/** A line of the list: an entry of the log, or the newest of several that are told together. */
export interface EventRow extends AuditEntry {
  readonly folded?: { readonly of: 'files' | 'steps' | 'minor'; readonly count: number; readonly runId?: string };
}

/** Entries below this are records for whoever looks closer, not news. */
const NEWS = 2;

/**
 * What is worth a line here. Single anomalies stand in the timeline of their incident; files that were loaded together, what the steps
 * of one run note on their way, and other minor entries in a row are one line each, or they would fill the list.
 */
export function foldEntries(entries: readonly AuditEntry[]): readonly EventRow[] {
  const rows: EventRow[] = [];
  const places = new Map<string, number>();
  /** Puts an entry into the line at `key`, or begins that line here. */
  const fold = (key: string, entry: AuditEntry, folded: Omit<NonNullable<EventRow['folded']>, 'count'>): void => {
    const place = places.get(key);
    const row = place === undefined ? undefined : rows[place];
    if (row?.folded === undefined || place === undefined) {
      places.set(key, rows.length);
      rows.push({ ...entry, folded: { ...folded, count: 1 } });
    } else rows[place] = { ...row, folded: { ...row.folded, count: row.folded.count + 1 } };
  };
  for (const entry of entries) {
    if (entry.verb.startsWith('anomaly.')) continue;
    const runId = entry.subject.kind === 'step' ? entry.detail['runId'] : undefined;
    const minor = entry.importance < NEWS;
    if (minor && typeof runId === 'string') {
      fold(`run ${runId}`, entry, { of: 'steps', runId });
      continue;
    }
    const inARow = entry.verb === 'config.loaded' ? 'files' : minor ? 'minor' : undefined;
    for (const key of ['files', 'minor']) if (key !== inARow) places.delete(key);
    if (inARow === undefined) rows.push(entry);
    else fold(inARow, entry, { of: inARow });
  }
  return rows;
}

/** A summary with each plan that it quotes told by its first step, since what became of it comes after its name. */
export function gist(summary: string): string {
  return unbroken(summary.replaceAll(/"([^",]+), [^"]+"/g, '"$1, …"'));
}

function EventText({ row, runs }: { readonly row: EventRow; readonly runs: readonly Run[] }) {
  const { folded } = row;
  const quiet = (to: string, text: string) => (
    <Link className="quiet" to={to}>
      {text}
    </Link>
  );
  if (folded?.of === 'files')
    return folded.count === 1 ? (
      <span>{row.summary}</span>
    ) : (
      quiet('/audit?verb=config.loaded', `${plural(folded.count, 'configuration file')} are in force.`)
    );
  if (folded?.runId !== undefined) {
    const steps = stepsText(runs.find(({ id }) => id === folded.runId)?.steps ?? []);
    return quiet(
      `/runs/${folded.runId}`,
      unbroken(`${plural(folded.count, 'record')} of steps: ${steps || `run ${shortId(folded.runId)}`}`),
    );
  }
  if (folded !== undefined && folded.count > 1)
    return quiet('/audit', `${plural(folded.count, 'minor entry', 'minor entries')}, the newest: ${gist(row.summary)}`);
  return row.incidentId === undefined ? (
    <span>{gist(row.summary)}</span>
  ) : (
    quiet(`/incidents/${row.incidentId}`, gist(row.summary || reasonText(row.reason)))
  );
}

/** What happened last, of the audit log; it stands still for whoever points at it or is in it with the keyboard. */
export function RecentEvents() {
  const audit = useInfiniteQuery(queries.audit({ limit: 100 }));
  const runs = useQuery(queries.runs()).data?.items ?? [];
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const held = useHeld(audit.data?.pages[0]?.items ?? [], (entry) => entry.id, '', pointed || focused);
  const entries = foldEntries(held.visible).slice(0, SHOWN);
  if (audit.error !== null && audit.data === undefined)
    return <Failed error={audit.error} what="recent events" retry={() => void audit.refetch()} />;
  return (
    <section
      aria-labelledby="recent"
      onMouseEnter={() => setPointed(true)}
      onMouseLeave={() => setPointed(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      <div className="row recent-head">
        <h2 id="recent">Recent events</h2>
        <ZoneNote />
        {held.waiting > 0 && (
          <button type="button" onClick={held.release}>
            {held.waiting} new
          </button>
        )}
      </div>
      {audit.isPending ? (
        <SkeletonRows rows={6} height={28} />
      ) : entries.length === 0 ? (
        <p className="muted small">Nothing has happened yet.</p>
      ) : (
        <div className="events">
          {entries.map((entry, line) => (
            // A line keeps its place and takes the next text: a list whose lines move down cannot be read while much happens.
            <div key={line} className="e">
              <span className="faint small">
                <Time at={entry.at} plain />
              </span>
              <ActorMark actor={entry.actor} />
              <EventText row={entry} runs={runs} />
            </div>
          ))}
        </div>
      )}
    </section>
  );
}
