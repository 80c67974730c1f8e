/** When a trace reached its limit, in seconds since its first sample; undefined when it did not. */
export interface BreachTruth {
  readonly breachSeconds?: number | undefined;
}

/** Whether the alert was on at each look, in order of time. */
export interface AlertLook {
  readonly seconds: number;
  readonly alert: boolean;
}

/** Episodes of one trace and what became of them. */
interface TraceEpisodes {
  readonly episodes: number;
  readonly rightEpisodes: number;
  readonly breached: boolean;
  /** Seconds from the earliest fitting episode's start to the breach; undefined without one. */
  readonly leadSeconds?: number | undefined;
}

/** Alerts over many traces. */
export interface AlertScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly medianLeadHours: number;
  readonly episodes: number;
  readonly falseEpisodes: number;
}

const HOUR = 3600;
/** An episode is over when the alert was off this long; it is right when the breach comes within RIGHT of its start. */
const OVER = 3 * HOUR;
const RIGHT = 36 * HOUR;
/** A breach counts as foretold when an episode started this long before it. */
const EARLIEST = 48 * HOUR;
const LATEST = 0.5 * HOUR;

/** The episodes of one trace's alerts. */
export function episodesOf(looks: readonly AlertLook[], { breachSeconds }: BreachTruth): TraceEpisodes {
  const starts: number[] = [];
  let lastOn = Number.NEGATIVE_INFINITY;
  for (const { seconds, alert } of looks) {
    if (!alert) continue;
    if (seconds - lastOn > OVER) starts.push(seconds);
    lastOn = seconds;
  }
  const leads = breachSeconds === undefined ? [] : starts.map((start) => breachSeconds - start);
  const foretelling = leads.filter((lead) => lead >= LATEST && lead <= EARLIEST);
  return {
    episodes: starts.length,
    rightEpisodes: leads.filter((lead) => lead >= 0 && lead <= RIGHT).length,
    breached: breachSeconds !== undefined,
    leadSeconds: foretelling.length === 0 ? undefined : Math.max(...foretelling),
  };
}

/** Precision over episodes, recall over breaches, and how early the breaches were foretold. */
export function alertScore(traces: readonly TraceEpisodes[]): AlertScore {
  const episodes = traces.reduce((sum, trace) => sum + trace.episodes, 0);
  const right = traces.reduce((sum, trace) => sum + trace.rightEpisodes, 0);
  const breaches = traces.filter(({ breached }) => breached).length;
  const leads = traces
    .flatMap(({ leadSeconds }) => (leadSeconds === undefined ? [] : [leadSeconds]))
    .sort((a, b) => a - b);
  const precision = episodes === 0 ? 0 : right / episodes;
  const recall = breaches === 0 ? 0 : leads.length / breaches;
  return {
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    medianLeadHours: leads.length === 0 ? Number.NaN : (leads[leads.length >> 1] as number) / HOUR,
    episodes,
    falseEpisodes: episodes - right,
  };
}
