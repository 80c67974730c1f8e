import type { TimelineEntry } from '@autoops/contracts';
import { durationText } from '@autoops/charts';

/** Longer silences than this are folded into one line. */
const QUIET_SECONDS = 60;
/** So many anomalies that join an incident one after the other are told in one line. */
const JOINED_LEAST = 4;

export type TimelineRow =
  | { readonly kind: 'entry'; readonly entry: TimelineEntry }
  | { readonly kind: 'quiet'; readonly key: string; readonly text: string };

/** Anomalies that joined one after the other, in one line. */
export interface JoinedRow {
  readonly kind: 'joined';
  readonly key: string;
  readonly newest: TimelineEntry;
  readonly count: number;
  readonly open: boolean;
}

/** Entries of at least `importance`, newest first, with quiet stretches folded and what they hide counted. */
export function timelineRows(entries: readonly TimelineEntry[], importance: number, lane: string): TimelineRow[] {
  const sorted = entries.toSorted((a, b) => b.seq - a.seq);
  const rows: TimelineRow[] = [];
  let previous: TimelineEntry | undefined;
  let hidden = 0;
  for (const entry of sorted) {
    if (entry.importance < importance || (lane !== '' && entry.lane !== lane)) {
      hidden += 1;
      continue;
    }
    if (previous !== undefined) {
      const seconds = (Date.parse(previous.at) - Date.parse(entry.at)) / 1000;
      if (seconds > QUIET_SECONDS) {
        rows.push({
          kind: 'quiet',
          key: `quiet-${entry.seq}`,
          text: `${durationText(seconds)} quiet${hidden > 0 ? ` · ${hidden} minor ${hidden === 1 ? 'entry' : 'entries'}` : ''}`,
        });
        hidden = 0;
      }
    }
    rows.push({ kind: 'entry', entry });
    previous = entry;
  }
  return rows;
}

/** Rows with anomalies that joined one after the other folded into a line, but for those whose line is in `opened`. */
export function foldJoined(rows: readonly TimelineRow[], opened: ReadonlySet<string>): (TimelineRow | JoinedRow)[] {
  const folded: (TimelineRow | JoinedRow)[] = [];
  for (let at = 0; at < rows.length;) {
    let end = at;
    while (isJoined(rows[end])) end += 1;
    const [first, last] = [rows[at], rows[end - 1]];
    if (end - at < JOINED_LEAST || first?.kind !== 'entry' || last?.kind !== 'entry') {
      end = Math.max(end, at + 1);
      folded.push(...rows.slice(at, end));
    } else {
      // By the oldest: what joins later belongs to the same line.
      const key = `joined-${last.entry.seq}`;
      const open = opened.has(key);
      folded.push({ kind: 'joined', key, newest: first.entry, count: end - at, open });
      if (open) folded.push(...rows.slice(at, end));
    }
    at = end;
  }
  return folded;
}

function isJoined(row: TimelineRow | undefined): boolean {
  return row?.kind === 'entry' && row.entry.reason === 'anomaly-joined';
}
