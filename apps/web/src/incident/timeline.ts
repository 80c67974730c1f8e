import type { TimelineEntry } from '@autoops/contracts';
import { durationText } from '@autoops/charts';

/** Longer silences than this are folded into one line. */
const QUIET_SECONDS = 60;
/** So many anomalies that join an incident, or end, one after the other are told in one line. */
const FOLDED_LEAST = 4;

export type TimelineRow =
  | { readonly kind: 'entry'; readonly entry: TimelineEntry }
  | { readonly kind: 'quiet'; readonly key: string; readonly text: string };

/** What anomalies do by the dozen. */
export type FoldedReason = 'anomaly-joined' | 'anomaly-ended';

/** Anomalies that joined or ended one after the other, in one line. */
export interface FoldedRow {
  readonly kind: 'folded';
  readonly reason: FoldedReason;
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

/** Rows with anomalies that joined or ended one after the other folded into a line, but for those whose line is in `opened`. */
export function foldAnomalies(rows: readonly TimelineRow[], opened: ReadonlySet<string>): (TimelineRow | FoldedRow)[] {
  const folded: (TimelineRow | FoldedRow)[] = [];
  for (let at = 0; at < rows.length;) {
    const reason = foldedReason(rows[at]);
    let end = at + 1;
    while (reason !== undefined && foldedReason(rows[end]) === reason) end += 1;
    const [first, last] = [rows[at], rows[end - 1]];
    if (reason === undefined || end - at < FOLDED_LEAST || first?.kind !== 'entry' || last?.kind !== 'entry') {
      folded.push(...rows.slice(at, end));
    } else {
      // By the oldest: what joins or ends later belongs to the same line.
      const key = `${reason}-${last.entry.seq}`;
      const open = opened.has(key);
      folded.push({ kind: 'folded', reason, key, newest: first.entry, count: end - at, open });
      if (open) folded.push(...rows.slice(at, end));
    }
    at = end;
  }
  return folded;
}

/** As what a row may be folded; the end of one that is told as a turn of the incident stands by itself. */
function foldedReason(row: TimelineRow | undefined): FoldedReason | undefined {
  if (row?.kind !== 'entry') return undefined;
  const { reason, importance } = row.entry;
  if (reason === 'anomaly-joined') return reason;
  return reason === 'anomaly-ended' && importance < 2 ? reason : undefined;
}
