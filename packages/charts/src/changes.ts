/** What an anomaly notes of a change shortly before it; instants as RFC 3339. */
interface NotedChange {
  readonly eventId: string;
  readonly at: string;
  readonly secondsBefore: number;
}

interface Noting<C> {
  readonly openedAt: string;
  readonly context: { readonly changesBefore: readonly C[] };
}

/** When the first of an incident's anomalies began, in ms; infinite where there is none. */
export function startOf(anomalies: readonly { readonly openedAt: string }[]): number {
  return Math.min(...anomalies.map(({ openedAt }) => Date.parse(openedAt)));
}

/** Whether a change came before an incident's first anomaly; a slight one may have begun before what changed, and the incident after it. */
export function isBeforeFirst(
  change: Pick<NotedChange, 'at'>,
  anomalies: readonly { readonly openedAt: string }[],
): boolean {
  return Date.parse(change.at) <= startOf(anomalies);
}

/**
 * Changes near the anomalies of an incident that opened at `openedAt`, once each, with `secondsBefore` its first anomaly, or before its
 * opening where they came between the two: each anomaly notes another distance to the same.
 */
export function changesOf<C extends NotedChange>(openedAt: string, anomalies: readonly Noting<C>[]): readonly C[] {
  const noted = anomalies.flatMap(({ context }) => context.changesBefore);
  return [...new Map(noted.map((change) => [change.eventId, change])).values()].map((change) => {
    const what = isBeforeFirst(change, anomalies) ? startOf(anomalies) : Date.parse(openedAt);
    return { ...change, secondsBefore: Math.round((what - Date.parse(change.at)) / 1000) };
  });
}

/** What changed last before an incident's first anomaly, else before its opening; undefined where nothing known did. */
export function changeBefore<C extends NotedChange>(openedAt: string, anomalies: readonly Noting<C>[]): C | undefined {
  const before = changesOf(openedAt, anomalies).filter(({ secondsBefore }) => secondsBefore >= 0);
  const first = before.filter((change) => isBeforeFirst(change, anomalies));
  return (first.length > 0 ? first : before).toSorted((a, b) => a.secondsBefore - b.secondsBefore)[0];
}
