import type { ServiceForecast } from '@autoops/contracts';
import { calibrate, judge, resourceSubject, type Outcome } from '@autoops/pipeline';
import type { ServiceForecastStore } from '@autoops/pipeline/ports';

/** Ticks of the last moments may still come in. */
const LATE_MS = 60_000;
const COARSE_MS = 300_000;
/** Looks at the same 24 hours, one every half hour. */
const LOOKS_A_DAY = 48;
/** Judged looks that a calibration goes back to. */
const CALIBRATION_LOOKS = 20_000;

/** Judges every forecast that is due, and learns from outcomes of bounded resources. */
export async function judgeForecasts(workspaceId: string, store: ServiceForecastStore, now: Date): Promise<void> {
  const learned = new Set<string>();
  for (const forecast of await store.due(workspaceId, new Date(now.getTime() - LATE_MS))) {
    const judgement = judge(forecast, await outcomeOf(workspaceId, store, forecast), now.toISOString());
    await store.judge(workspaceId, forecast.id, judgement);
    if (forecast.kind === 'breach' && judgement.came !== undefined) learned.add(forecast.indicator);
  }
  // A class of resource is its indicator: what fills alike is declared alike.
  for (const indicator of learned) {
    const judged = await store.judged(workspaceId, { kind: 'breach', indicator, limit: CALIBRATION_LOOKS });
    const calibration = calibrate(
      judged.flatMap(({ judgement: { came, uncalibrated } }) =>
        came === undefined || uncalibrated === undefined
          ? []
          : [{ probability: uncalibrated, came, weight: 1 / LOOKS_A_DAY }],
      ),
    );
    if (calibration !== undefined) await store.putCalibration(workspaceId, indicator, calibration);
  }
}

async function outcomeOf(
  workspaceId: string,
  store: ServiceForecastStore,
  forecast: ServiceForecast,
): Promise<Outcome> {
  const from = new Date(forecast.issuedAt);
  const to = new Date(forecast.dueAt);
  const place = { environment: forecast.environment, service: forecast.service };
  const { opened, openAtStart, treated } = await store.happened(workspaceId, { ...place, from, to });
  const happened = { opened, openAtIssue: openAtStart, treated };
  switch (forecast.kind) {
    case 'demand': {
      const stepMs = forecast.stepSeconds * 1000;
      const step = { from: new Date(to.getTime() - stepMs), to, stepMs };
      const found = await store.means(workspaceId, { ...place, indicator: forecast.subject, ...step });
      const own = found.find(({ labels }) => Object.keys(labels).length === 0);
      return { ...happened, observedShare: own === undefined ? 0 : 1, value: own?.value.at(-1) };
    }
    case 'risk':
      return { ...happened, observedShare: await store.observedShare(workspaceId, { ...place, from, to }) };
    case 'breach': {
      const window = { from, to, stepMs: COARSE_MS };
      const found = await store.means(workspaceId, { ...place, indicator: forecast.indicator, ...window });
      const own = found.find(({ labels }) => resourceSubject(forecast.indicator, labels) === forecast.subject);
      const reached = own?.value.findIndex((value) => value >= forecast.limit) ?? -1;
      const reachedMs = own?.at[reached];
      return {
        ...happened,
        observedShare: (own?.at.length ?? 0) / ((to.getTime() - from.getTime()) / COARSE_MS),
        reachedSeconds: reachedMs === undefined ? undefined : (reachedMs - from.getTime()) / 1000,
      };
    }
  }
}
