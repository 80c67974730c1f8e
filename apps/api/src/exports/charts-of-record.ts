import type { Forecast } from '@autoops/contracts';
import type { IndicatorReader, IndicatorWindow } from '@autoops/pipeline/ports';
import type { StoredRecord } from './stored-record.ts';

/** How much is shown before an incident opened, in ms. */
const BEFORE_MS = 10 * 60_000;

/**
 * What the brief's charts show: the bad share of the service's operations and its budget, from before the incident to its end.
 * Both come from stored ticks and the frozen forecast alone, so that the same incident version gives the same bytes.
 */
export async function chartsOf(
  store: { readonly indicators: IndicatorReader },
  workspaceId: string,
  record: StoredRecord,
) {
  const { incident } = record;
  const from = new Date(Date.parse(incident.openedAt) - BEFORE_MS);
  const to = new Date(incident.closedAt ?? incident.updatedAt);
  const { forecast } = incident;
  const { environment } = incident;
  const service = forecast?.service ?? incident.service;
  const read = async (indicator: string) => {
    const windows = await store.indicators.window(workspaceId, { environment, service, indicator, from, to });
    return windows.find((window) => Object.keys(window.labels).length === 0);
  };
  const [bad, demand] = await Promise.all([read('error_ratio'), read('request_rate')]);
  const sli = (bad?.timestampMs ?? []).map((at, index) => ({ at, value: finite(bad?.value[index]) }));
  return { sli, budget: forecast === undefined ? [] : budgetOf(forecast, sli, demand) };
}

/** Budget left at each tick: the forecast's at its issue, less the bad events that were seen since, over what the window allows. */
function budgetOf(
  forecast: Forecast,
  sli: readonly { readonly at: number; readonly value: number | null }[],
  demand: IndicatorWindow | undefined,
) {
  const mean = forecast.fan.reduce((sum, point) => sum + point.demandPerSecond, 0) / Math.max(1, forecast.fan.length);
  const allowed = (1 - forecast.target) * mean * forecast.windowSeconds;
  const rates = new Map((demand?.timestampMs ?? []).map((at, index) => [at, finite(demand?.value[index]) ?? 0]));
  const issuedAt = Date.parse(forecast.issuedAt);
  let left = forecast.budgetLeft;
  return sli.map(({ at, value }, index) => {
    const seconds = (at - (sli[index - 1]?.at ?? at)) / 1000;
    if (at > issuedAt && allowed > 0) left -= ((value ?? 0) * (rates.get(at) ?? mean) * seconds) / allowed;
    return { at, value: Math.max(0, left) };
  });
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
