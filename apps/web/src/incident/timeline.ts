import type { TimelineEntry } from '@autoops/contracts';
import { durationText } from '@autoops/charts';

/** Longer silences than this are folded into one line. */
const QUIET_SECONDS = 60;

export type TimelineRow =
  | { readonly kind: 'entry'; readonly entry: TimelineEntry }
  | { readonly kind: 'quiet'; readonly key: string; readonly text: string };

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
