import type { AuditEntry } from '@autoops/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { queries } from '../api/queries.ts';
import { Time } from '../format/clock.tsx';
import { plural } from '../format/numbers.ts';
import { Failed, SkeletonRows } from '../state/states.tsx';
import { ActorMark } from '../status/status.tsx';
import { reasonText } from '../words/reasons.ts';

const SHOWN = 12;

/**
 * What is worth a line here: single anomalies stand in the timeline of their incident, and files that were loaded together are one
 * line, or a start would fill the list with them.
 */
export function foldEntries(entries: readonly AuditEntry[]): readonly (AuditEntry & { readonly folded?: number })[] {
  const rows: (AuditEntry & { readonly folded?: number })[] = [];
  for (const entry of entries) {
    if (entry.verb.startsWith('anomaly.')) continue;
    const last = rows.at(-1);
    if (entry.verb === 'config.loaded' && last?.verb === 'config.loaded')
      rows[rows.length - 1] = { ...last, folded: (last.folded ?? 1) + 1 };
    else rows.push(entry);
  }
  return rows;
}

/** What happened last, of the audit log. */
export function RecentEvents() {
  const audit = useInfiniteQuery(queries.audit({ limit: 100 }));
  const entries = foldEntries(audit.data?.pages[0]?.items ?? []).slice(0, SHOWN);
  if (audit.error !== null && audit.data === undefined)
    return <Failed error={audit.error} what="recent events" retry={() => void audit.refetch()} />;
  return (
    <section aria-labelledby="recent">
      <h2 id="recent">Recent events</h2>
      {audit.isPending ? (
        <SkeletonRows rows={6} height={28} />
      ) : entries.length === 0 ? (
        <p className="muted small">Nothing has happened yet.</p>
      ) : (
        <div className="events">
          {entries.map((entry) => (
            <div key={entry.id} className="e">
              <span className="faint small">
                <Time at={entry.at} plain />
              </span>
              <ActorMark actor={entry.actor} />
              {entry.folded !== undefined ? (
                <Link className="quiet" to="/audit?verb=config.loaded">
                  {plural(entry.folded, 'configuration file')} are in force.
                </Link>
              ) : entry.incidentId === undefined ? (
                <span>{entry.summary}</span>
              ) : (
                <Link className="quiet" to={`/incidents/${entry.incidentId}`}>
                  {entry.summary || reasonText(entry.reason)}
                </Link>
              )}
            </div>
          ))}
        </div>
      )}
    </section>
  );
}
