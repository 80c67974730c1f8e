import type { AnomalyContext, ChangeEvent, ChangeBefore, NearestPast, Topology } from '@autoops/contracts';
import { get, S, type SeriesState, type TickScore } from './series-state.ts';
import { relate } from '../incident/topology-graph.ts';

const CHANGES_WITHIN_MS = 5 * 60_000;
/** Changes after which a service is compared with what it was before. */
const COMPARED_TYPES = new Set(['dev.autoops.change.deploy.v1', 'dev.autoops.change.config.v1']);

/** What `data.actor` of a change says that AutoOps made itself: no cause is looked for in it. */
const OURSELVES = 'autoops';

/** Changes of the last 5 minutes in the same environment: of the service, of what it hangs together with, or of a job that shares a resource; not what AutoOps did itself. */
export function changesBefore(
  changes: readonly ChangeEvent[],
  topology: Topology,
  service: string,
  environment: string,
  atMs: number,
): ChangeBefore[] {
  const found: ChangeBefore[] = [];
  const seen = new Set<string>();
  for (const change of changes) {
    const { id, source, type, time, data } = change;
    if (time === undefined || data.environment !== environment || seen.has(`${source}/${id}`)) continue;
    if (data['actor'] === OURSELVES) continue;
    const before = atMs - Date.parse(time);
    if (!(before >= 0 && before <= CHANGES_WITHIN_MS)) continue;
    const near = [data.service, ...(data.job === undefined ? [] : [data.job])];
    if (!near.some((name) => name === service || relate(topology, service, name) !== undefined)) continue;
    seen.add(`${source}/${id}`);
    const what = data.job ?? data.version ?? data.service;
    found.push({
      eventId: id,
      type,
      service: data.service,
      environment,
      at: new Date(Date.parse(time)).toISOString(),
      secondsBefore: Math.round(before / 1000),
      summary: data.summary ?? `${type.split('.')[3] ?? 'change'} of ${data.service}: ${what}`,
    });
  }
  return found.sort((a, b) => a.secondsBefore - b.secondsBefore || (a.eventId < b.eventId ? -1 : 1));
}

/** Times of deploys and configuration changes of a service, oldest first: those that its series are compared across. */
export function comparedChanges(changes: readonly ChangeEvent[], service: string, environment: string): number[] {
  const times = new Set<number>();
  for (const { type, time, data } of changes) {
    if (
      time !== undefined &&
      COMPARED_TYPES.has(type) &&
      data.service === service &&
      data.environment === environment
    ) {
      times.add(Date.parse(time));
    }
  }
  return [...times].sort((a, b) => a - b);
}

/** An earlier anomaly this much alike says more than a row that was nearer: it had an incident, and an end. */
const ALIKE = 0.2;

/**
 * When the series was most like this before: the engine's nearest instance of the winning view, or one of the last four anomalies. The
 * distance is relative to the larger of both departures.
 */
export function nearestPast(
  state: SeriesState,
  observed: number,
  score: Pick<TickScore, 'expected' | 'nearestAt' | 'nearestValue'>,
): AnomalyContext['nearestPast'] {
  const { expected, nearestAt, nearestValue } = score;
  const candidate = (at: number, past: number): NearestPast => {
    const size = Math.max(Math.abs(observed - expected), Math.abs(past - expected), Number.MIN_VALUE);
    const distance = Math.min(1, Math.abs(observed - past) / size);
    return { at: new Date(at).toISOString(), distance, observed: past };
  };
  let best: NearestPast | undefined;
  for (let i = 0; i < 4; i++) {
    const at = get(state.scalars, S.past + 2 * i);
    if (at === 0) continue;
    const earlier = candidate(at, get(state.scalars, S.past + 2 * i + 1));
    // A departure that was never measured is like nothing, and NaN is no JSON.
    if (Number.isNaN(earlier.distance)) continue;
    if (best === undefined || earlier.distance < best.distance) best = earlier;
  }
  if (!Number.isFinite(nearestAt) || !Number.isFinite(nearestValue)) return best;
  const row = candidate(nearestAt, nearestValue);
  return best !== undefined && best.distance <= Math.max(ALIKE, row.distance) ? best : row;
}
