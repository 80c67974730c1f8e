import type { Judgement, ServiceForecast } from '@autoops/contracts';

/** What was seen of a service between a forecast's issue and the time it is due. */
export interface Outcome {
  /** Newest mean of the indicator at `dueAt` (demand); undefined where nobody measured. */
  readonly value?: number | undefined;
  /** When the limit was first reached, in seconds from the issue (breach). */
  readonly reachedSeconds?: number | undefined;
  /** Share of the time in which the service was observed. */
  readonly observedShare: number;
  /** Whether an incident of the service opened, and whether one was open at the issue. */
  readonly opened: boolean;
  readonly openAtIssue: boolean;
  /** Whether AutoOps acted on the service in between: then nobody knows what would have come. */
  readonly treated: boolean;
}

/** Less of the time observed than this, and what did not show may have come all the same. */
const OBSERVED = 0.9;
const HOURS_JUDGED = 24;

/**
 * What came of a forecast, at the time it is due (`at`) or, for a breach, when it came. Pure. Nothing is claimed where nobody
 * looked, or where an action may have kept away what was forecast.
 */
export function judge(forecast: ServiceForecast, outcome: Outcome, at: string): Judgement {
  switch (forecast.kind) {
    case 'demand': {
      const { value } = outcome;
      const point = forecast.fan.find((each) => Date.parse(each.at) >= Date.parse(forecast.dueAt));
      if (!forecast.sufficientHistory || point === undefined) return { at, because: 'insufficient history' };
      if (value === undefined || !Number.isFinite(value)) return { at, because: 'not observed' };
      return { at, held: value >= point.p10 && value <= point.p90, observed: value };
    }
    case 'risk': {
      const probability = forecast.probability.within1h;
      if (outcome.openAtIssue) return { at, because: 'an incident was open already' };
      if (outcome.opened) return { at, came: true, probability };
      if (outcome.observedShare < OBSERVED) return { at, because: 'not observed' };
      return { at, came: false, probability };
    }
    case 'breach': {
      const { timeToBreach, probability: said } = forecast;
      if (said === undefined || timeToBreach === undefined) return { at, because: 'insufficient history' };
      const probability = said[HOURS_JUDGED];
      const uncalibrated = (forecast.uncalibrated ?? said)[HOURS_JUDGED];
      if ((forecast.level ?? 0) >= 1) return { at, because: 'the limit was reached already' };
      const { reachedSeconds } = outcome;
      if (reachedSeconds !== undefined)
        return {
          at,
          came: reachedSeconds <= HOURS_JUDGED * 3600,
          probability,
          uncalibrated,
          held: reachedSeconds >= timeToBreach.q10 && reachedSeconds <= timeToBreach.q90,
          observed: reachedSeconds,
        };
      if (outcome.treated) return { at, because: 'an action came between' };
      if (outcome.observedShare < OBSERVED) return { at, because: 'not observed' };
      return { at, came: false, probability, uncalibrated };
    }
  }
}
