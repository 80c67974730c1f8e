import type { SloHistory } from '../slo/history.ts';

/** Prior: one episode in two days, worth half an episode of evidence (Gamma with shape 0.5). */
const PRIOR_EPISODES = 0.5;
const PRIOR_HOURS = 24;
/** A stretch above this multiple of the sustainable ratio is an episode; it is over after 5 min below. */
const EPISODE_BURN = 6;
const EPISODE_GAP_MS = 300_000;
const MINIMUM_EVENTS = 20;

/** Probability of an incident within 1, 4 and 24 hours. */
export interface Risk {
  readonly within1h: number;
  readonly within4h: number;
  readonly within24h: number;
}

/** Present signs that raise or lower the rate of incidents. */
export interface RiskSigns {
  /** Burn rate now (multiple of the sustainable one). */
  readonly burn: number;
  /** Saturation now in [0,1]; undefined where nothing is measured. */
  readonly saturation?: number | undefined;
  /** Changes of the last hour. */
  readonly changes: number;
  readonly openAnomalies: number;
}

/**
 * Incident risk of a service: a Poisson process whose rate is the Gamma posterior mean over the history's episodes, at the
 * hours of the season that lie ahead when whole seasons were seen, times a factor of present signs that fades within hours.
 */
export function incidentRisk(
  history: SloHistory,
  target: number,
  seasonSeconds: readonly number[],
  now: Date,
  signs: RiskSigns,
): Risk {
  const nowMs = now.getTime();
  const starts: number[] = [];
  let lastBad = Number.NEGATIVE_INFINITY;
  let events = 0;
  let bad = 0;
  let observedSeconds = 0;
  let since = history.timestampMs[0] ?? nowMs;
  history.timestampMs.forEach((at, i) => {
    events += history.total[i] as number;
    bad += history.bad[i] as number;
    observedSeconds += history.seconds[i] as number;
    if (at - since < 30_000 || events < MINIMUM_EVENTS) return;
    if (bad / events > EPISODE_BURN * (1 - target)) {
      if (at - lastBad > EPISODE_GAP_MS) starts.push(at);
      lastBad = at;
    }
    events = 0;
    bad = 0;
    since = at;
  });
  const hours = observedSeconds / 3600;
  const perHour = (starts.length + PRIOR_EPISODES) / (hours + PRIOR_HOURS);
  const season = seasonSeconds.find((seconds) => observedSeconds >= 2 * seconds && seconds >= 3600);
  const stress =
    Math.min(3, signs.burn / EPISODE_BURN) +
    (signs.saturation === undefined ? 0 : 4 * Math.max(0, signs.saturation - 0.7)) +
    0.5 * Math.min(2, signs.changes) +
    0.3 * Math.min(3, signs.openAnomalies);
  const within = (horizonHours: number): number => {
    let expected = 0;
    const steps = Math.max(1, Math.ceil(horizonHours * 2));
    for (let step = 0; step < steps; step++) {
      const ahead = ((step + 0.5) * horizonHours) / steps;
      let factor = 1;
      if (season !== undefined && starts.length > 0) {
        const phase = (nowMs / 1000 + ahead * 3600) % season;
        const near = starts.filter((start) => {
          const distance = Math.abs(((start / 1000) % season) - phase);
          return Math.min(distance, season - distance) <= season / 12;
        });
        factor = (near.length + 1) / (starts.length / 6 + 1);
      }
      expected += (perHour * factor * Math.exp(stress * Math.exp(-ahead / 2)) * horizonHours) / steps;
    }
    return 1 - Math.exp(-expected);
  };
  const within1h = within(1);
  const within4h = Math.max(within1h, within(4));
  return { within1h, within4h, within24h: Math.max(within4h, within(24)) };
}
