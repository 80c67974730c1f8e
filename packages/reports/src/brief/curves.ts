import type { ChartPoint } from '@autoops/charts';
import type { Evidence, Forecast } from '@autoops/contracts';
import { z } from 'zod';

/** The counts that the story stands on (evidence of kind `series`): slot i ended at startMs + (i + 1) x step. */
const Counts = z.object({
  allowedRatio: z.number().optional(),
  stepSeconds: z.number().positive(),
  startMs: z.number(),
  bad: z.array(z.number()),
  total: z.array(z.number()),
});
type Counts = z.infer<typeof Counts>;

/** The newest counts in the evidence; undefined before the story is told, and where no objective counts anything. */
export function countsOf(evidence: readonly Pick<Evidence, 'kind' | 'data'>[]): Counts | undefined {
  const counts = Counts.safeParse(evidence.findLast((item) => item.kind === 'series')?.data);
  return counts.success ? counts.data : undefined;
}

/**
 * The bad share of what users asked for and the budget left, from a minute before the incident to its end, from the counts in the
 * evidence, so that every point can be checked in the bundle; undefined where there are none.
 */
export function curvesOf(record: {
  readonly incident: { readonly forecast?: Forecast | undefined };
  readonly evidence: readonly Pick<Evidence, 'kind' | 'data'>[];
}): { readonly sli: readonly ChartPoint[]; readonly budget: readonly ChartPoint[] } | undefined {
  const counts = countsOf(record.evidence);
  if (counts === undefined) return undefined;
  const at = (slot: number): number => counts.startMs + (slot + 1) * counts.stepSeconds * 1000;
  const sli = counts.total.map((total, slot) => ({
    at: at(slot),
    value: total > 0 ? (counts.bad[slot] ?? 0) / total : null,
  }));
  const { forecast } = record.incident;
  return { sli, budget: forecast === undefined ? [] : budgetOf(forecast, counts, at) };
}

/** Budget left at the end of each slot: the forecast's at its issue, less the bad events since, over what the window allows. */
function budgetOf(forecast: Forecast, counts: Counts, at: (slot: number) => number): readonly ChartPoint[] {
  const mean = forecast.fan.reduce((sum, point) => sum + point.demandPerSecond, 0) / Math.max(1, forecast.fan.length);
  const allowed = (1 - forecast.target) * mean * forecast.windowSeconds;
  const issuedAt = Date.parse(forecast.issuedAt);
  let left = forecast.budgetLeft;
  return counts.bad.map((bad, slot) => {
    if (at(slot) > issuedAt && allowed > 0) left -= bad / allowed;
    return { at: at(slot), value: (counts.total[slot] ?? 0) > 0 ? Math.max(0, left) : null };
  });
}
