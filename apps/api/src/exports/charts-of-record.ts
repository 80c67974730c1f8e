import type { IndicatorReader } from '@autoops/pipeline/ports';
import type { ReadModels } from '../read-models.ts';
import type { StoredRecord } from './stored-record.ts';

/** How much is shown before an incident opened, in ms. */
const BEFORE_MS = 10 * 60_000;

/** What the brief's charts show: the bad share of the service's operations and its budget, from before the incident to its end. */
export async function chartsOf(
  store: { readonly indicators: IndicatorReader; readonly readModels: ReadModels },
  workspaceId: string,
  record: StoredRecord,
) {
  const { incident, forecasts } = record;
  const from = new Date(Date.parse(incident.openedAt) - BEFORE_MS);
  // Ends by the record, not by the clock: the same incident version gives the same bytes.
  const to = new Date(incident.closedAt ?? incident.updatedAt);
  const { environment, service } = incident;
  const [windows, slos] = await Promise.all([
    store.indicators.window(workspaceId, { environment, service, indicator: 'error_ratio', from, to }),
    store.readModels.slos(workspaceId, { environment, service }),
  ]);
  const window = windows[0];
  const sli =
    window === undefined ? [] : window.timestampMs.map((at, index) => ({ at, value: finite(window.value[index]) }));
  const slo = slos.find((one) => one.name === forecasts[0]?.slo) ?? slos[0];
  const budget = (slo?.burnDown ?? [])
    .map((point) => ({ at: Date.parse(point.at), value: point.budgetLeft }))
    .filter((point) => point.at >= from.getTime() && point.at <= to.getTime());
  return { sli, budget };
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
