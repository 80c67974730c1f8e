import type { Evidence } from '@autoops/contracts';

/** Evidence of one thing, oldest first: an anomaly and the change before it are captured as it opened and again as it ended. Never empty. */
export type EvidenceRow = readonly [Evidence, ...Evidence[]];

/** Evidence as a list shows it: one row a thing, in the order in which each was first captured. */
export function evidenceRows(evidence: readonly Evidence[]): readonly EvidenceRow[] {
  const rows = new Map<string, [Evidence, ...Evidence[]]>();
  for (const item of evidence) {
    const thing = thingOf(item);
    const row = rows.get(thing);
    if (row === undefined) rows.set(thing, [item]);
    else row.push(item);
  }
  return [...rows.values()];
}

/** What a piece of evidence is of, where it may be captured again; else the piece itself. */
function thingOf({ id, kind, data }: Evidence): string {
  const name = kind === 'anomaly' ? data['id'] : kind === 'change' ? data['eventId'] : undefined;
  return typeof name === 'string' ? `${kind} ${name}` : id;
}
