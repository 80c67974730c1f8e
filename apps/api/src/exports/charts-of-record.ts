import type { Evidence, Forecast } from '@autoops/contracts';
import type { IndicatorReader } from '@autoops/pipeline/ports';
import { z } from 'zod';
import type { StoredRecord } from './stored-record.ts';

/** How much is shown before an incident opened, in ms, while its story is not told. */
const BEFORE_MS = 60_000;

/** The counts that the story stands on (evidence of kind `series`): slot i ended at startMs + (i + 1) x step. */
const Counts = z.object({
  stepSeconds: z.number().positive(),
  startMs: z.number(),
  bad: z.array(z.number()),
  total: z.array(z.number()),
});
type Counts = z.infer<typeof Counts>;

/**
 * What the brief's charts show: the bad share of what users asked for and the budget, from a minute before the incident to its end.
 * Both come from the counts in the evidence, so that every point can be checked in the bundle; before the story is told, from ticks.
 */
export async function chartsOf(
  store: { readonly indicators: IndicatorReader },
  workspaceId: string,
  record: Pick<StoredRecord, 'incident' | 'evidence'>,
) {
  const { forecast } = record.incident;
  const counts = countsOf(record.evidence);
  if (counts === undefined) return { sli: await ticksOf(store, workspaceId, record), budget: [] };
  const at = (slot: number): number => counts.startMs + (slot + 1) * counts.stepSeconds * 1000;
  const sli = counts.total.map((total, slot) => ({
    at: at(slot),
    value: total > 0 ? (counts.bad[slot] ?? 0) / total : null,
  }));
  return { sli, budget: forecast === undefined ? [] : budgetOf(forecast, counts, at) };
}

function countsOf(evidence: readonly Evidence[]): Counts | undefined {
  const counts = Counts.safeParse(evidence.findLast((item) => item.kind === 'series')?.data);
  return counts.success ? counts.data : undefined;
}

/** Budget left at the end of each slot: the forecast's at its issue, less the bad events since, over what the window allows. */
function budgetOf(forecast: Forecast, counts: Counts, at: (slot: number) => number) {
  const mean = forecast.fan.reduce((sum, point) => sum + point.demandPerSecond, 0) / Math.max(1, forecast.fan.length);
  const allowed = (1 - forecast.target) * mean * forecast.windowSeconds;
  const issuedAt = Date.parse(forecast.issuedAt);
  let left = forecast.budgetLeft;
  return counts.bad.map((bad, slot) => {
    if (at(slot) > issuedAt && allowed > 0) left -= bad / allowed;
    return { at: at(slot), value: Math.max(0, left) };
  });
}

async function ticksOf(
  store: { readonly indicators: IndicatorReader },
  workspaceId: string,
  { incident }: Pick<StoredRecord, 'incident'>,
) {
  const windows = await store.indicators.window(workspaceId, {
    environment: incident.environment,
    service: incident.forecast?.service ?? incident.service,
    indicator: 'error_ratio',
    from: new Date(Date.parse(incident.openedAt) - BEFORE_MS),
    to: new Date(incident.closedAt ?? incident.updatedAt),
  });
  const bad = windows.find((window) => Object.keys(window.labels).length === 0);
  return (bad?.timestampMs ?? []).map((at, index) => ({ at, value: finite(bad?.value[index]) }));
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
