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

/** One look's answer, hours ahead beside its probability. */
export interface BreachLook {
  readonly seconds: number;
  readonly probability: readonly number[];
  readonly q025: number;
  readonly q10: number;
  readonly q90: number;
  readonly q975: number;
}

/** A trace's looks, and how long it was observed when it did not reach its limit. */
export interface JudgedTrace extends BreachTruth {
  readonly looks: readonly BreachLook[];
  readonly observedSeconds: number;
}

/** How good the probabilities are. */
export interface ProbabilityScore {
  /** Mean squared error, averaged over the hours ahead, and its gain over always saying how often breaches come. */
  readonly brier: number;
  readonly skill: number;
  /** Mean distance of said and seen frequency over ten equal bins, weighted by their looks. */
  readonly calibrationError: number;
  /** Share of breaches within 48 h that came within the interval. */
  readonly coverage80: number;
  readonly coverage95: number;
}

/** Judges probabilities at `hours` ahead; where a trace was not observed long enough, a look does not count. */
export function probabilityScore(traces: readonly JudgedTrace[], hours: readonly number[]): ProbabilityScore {
  const said = new Float64Array(10);
  const seen = new Float64Array(10);
  let brier = 0;
  let reference = 0;
  let counted = 0;
  hours.forEach((ahead, i) => {
    let square = 0;
    let breaches = 0;
    let looks = 0;
    for (const trace of traces)
      for (const { seconds, probability } of trace.looks) {
        if (trace.breachSeconds === undefined && trace.observedSeconds - seconds < ahead * HOUR) continue;
        const came = trace.breachSeconds !== undefined && trace.breachSeconds - seconds <= ahead * HOUR ? 1 : 0;
        const p = probability[i] as number;
        const bin = Math.min(9, Math.floor(p * 10));
        said[bin] = (said[bin] as number) + p;
        seen[bin] = (seen[bin] as number) + came;
        square += (p - came) ** 2;
        breaches += came;
        looks++;
      }
    counted += looks;
    const rate = breaches / Math.max(1, looks);
    brier += square / Math.max(1, looks) / hours.length;
    reference += (rate * (1 - rate)) / hours.length;
  });
  let within80 = 0;
  let within95 = 0;
  let coming = 0;
  for (const { breachSeconds, looks } of traces)
    for (const look of looks) {
      if (breachSeconds === undefined) continue;
      const left = breachSeconds - look.seconds;
      if (left > 48 * HOUR) continue;
      coming++;
      if (left >= look.q10 && left <= look.q90) within80++;
      if (left >= look.q025 && left <= look.q975) within95++;
    }
  return {
    brier,
    skill: reference === 0 ? 0 : 1 - brier / reference,
    calibrationError:
      said.reduce((sum, value, bin) => sum + Math.abs(value - (seen[bin] as number)), 0) / Math.max(1, counted),
    coverage80: within80 / Math.max(1, coming),
    coverage95: within95 / Math.max(1, coming),
  };
}
