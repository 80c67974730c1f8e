import type {
  Forecast,
  Incident,
  IncidentOutcome,
  IncidentValue,
  Money,
  Quantiles,
  RateCard,
} from '@autoops/contracts';
import { seededRandom, type SeededRandom } from '../random/seeded.ts';
import { ratesSince, sumsSince, type ObservedSli } from './observed-sli.ts';

export interface ValueInputs {
  readonly incident: Incident;
  readonly outcome: IncidentOutcome;
  readonly forecast: Forecast | undefined;
  readonly observed: ObservedSli | undefined;
  /** Seconds that comparable incidents lasted that nobody treated. */
  readonly untreatedSeconds: readonly number[];
  readonly rateCard: (RateCard & { readonly digest: string }) | undefined;
  readonly actionTaken: boolean;
  readonly trackRecord: { readonly n: number; readonly covered: number };
  readonly now: Date;
}

const DRAWS = 10_000;
const FORMULA = 'V = sum over t of [f_cf(t) - f_obs(t)] x lambda(t) x v x (1 - rho)';
const METHOD =
  'Frozen forecast minus observation, held for an untreated duration drawn from comparable incidents (lognormal), 10\u202F000 seeded draws; ' +
  'P10 is booked (IPMVP: a claim only where the interval excludes zero).';

/** Lognormal parameters from P50 and P90: mu = ln p50, sigma = ln(p90/p50) / 1.2816 (the standard normal's 90 % quantile). */
function lognormalOf(p50: number, p90: number): { readonly mu: number; readonly sigma: number } {
  return { mu: Math.log(p50), sigma: Math.max(0.05, Math.log(Math.max(p90, p50) / p50) / 1.2816) };
}

function untreatedOf(
  inputs: ValueInputs,
): { readonly mu: number; readonly sigma: number; readonly source: string } | undefined {
  const samples = inputs.untreatedSeconds;
  if (samples.length >= 8) {
    const logs = samples.map((seconds) => Math.log(Math.max(1, seconds)));
    const mu = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    const sigma = Math.sqrt(logs.reduce((sum, value) => sum + (value - mu) ** 2, 0) / (logs.length - 1));
    return { mu, sigma: Math.max(0.05, sigma), source: `${samples.length} comparable incidents that nobody treated` };
  }
  const prior = inputs.rateCard?.untreatedDuration;
  return prior ? { ...lognormalOf(prior.p50, prior.p90), source: `prior: ${prior.source}` } : undefined;
}

/** Linear interpolation through P10, P50 and P90 at rank u; the tails are held, so no draw is wilder than the forecast itself. */
function atRank(quantiles: Quantiles, u: number): number {
  const p50 = quantiles.p50 ?? 0;
  const p10 = quantiles.p10 ?? p50;
  const p90 = quantiles.p90 ?? p50;
  if (u <= 0.1) return p10;
  if (u >= 0.9) return p90;
  return u < 0.5 ? p10 + ((p50 - p10) * (u - 0.1)) / 0.4 : p50 + ((p90 - p50) * (u - 0.5)) / 0.4;
}

interface Draws {
  readonly events: Float64Array;
  readonly minutes: Float64Array;
  readonly money: Float64Array;
}

/** Cumulative sums over the grid make one draw O(1) in its duration for the observed part and O(fan) for the counterfactual. */
function simulate(
  inputs: ValueInputs,
  forecast: Forecast,
  observed: ObservedSli,
  untreated: { mu: number; sigma: number },
  random: SeededRandom,
): Draws {
  const step = observed.stepSeconds;
  const frozenMs = Date.parse(forecast.frozenAt);
  const since = ratesSince(observed, frozenMs);
  const elapsed = Math.max(0, (frozenMs - Date.parse(inputs.incident.openedAt)) / 1000);
  const last = forecast.fan.at(-1);
  const slots = Math.max(since.badRatio.length, Math.ceil((6 * 3600) / step));
  const fanOf = (slot: number): (typeof forecast.fan)[number] | undefined => {
    const atMs = frozenMs + slot * step * 1000;
    return forecast.fan.find((point) => Date.parse(point.at) >= atMs) ?? last;
  };
  const fans = Array.from({ length: slots }, (_, slot) => fanOf(slot));
  const observedBad = Array.from({ length: slots }, (_, slot) => since.badRatio[slot] ?? 0);
  const demand = Array.from(
    { length: slots },
    (_, slot) => since.demandPerSecond[slot] ?? fans[slot]?.demandPerSecond ?? 0,
  );
  const threshold = 1 - forecast.target;
  const ranks = 21;
  const cumulative = Array.from({ length: ranks }, (_, rank) => {
    const events = new Float64Array(slots + 1);
    const minutes = new Float64Array(slots + 1);
    for (let slot = 0; slot < slots; slot++) {
      const fan = fans[slot];
      const expected = fan ? atRank(fan.badRatio, rank / (ranks - 1)) : 0;
      const actual = observedBad[slot] ?? 0;
      events[slot + 1] = (events[slot] ?? 0) + (expected - actual) * (demand[slot] ?? 0) * step;
      minutes[slot + 1] =
        (minutes[slot] ?? 0) + ((Number(expected > threshold) - Number(actual > threshold)) * step) / 60;
    }
    return { events, minutes };
  });
  const draws: Draws = {
    events: new Float64Array(DRAWS),
    minutes: new Float64Array(DRAWS),
    money: new Float64Array(DRAWS),
  };
  const card = inputs.rateCard;
  for (let draw = 0; draw < DRAWS; draw++) {
    const duration =
      Math.exp(untreated.mu + untreated.sigma * random.normal()) * (1 - (card?.selfHealProbability ?? 0));
    const slot = Math.min(slots, Math.max(0, Math.round((duration - elapsed) / step)));
    const path = cumulative[Math.floor(random.uniform() * ranks)];
    draws.events[draw] = path?.events[slot] ?? 0;
    draws.minutes[draw] = path?.minutes[slot] ?? 0;
    const value = card
      ? random.triangular(card.valuePerGoodEvent.low, card.valuePerGoodEvent.mode, card.valuePerGoodEvent.high)
      : 0;
    const labour = card
      ? card.labour.reduce((sum, entry) => sum + entry.responders * entry.hourlyRate, 0) *
        ((draws.minutes[draw] ?? 0) / 60)
      : 0;
    draws.money[draw] = (draws.events[draw] ?? 0) * value * (1 - (card?.rho ?? 0)) + labour;
  }
  return draws;
}

function quantilesOf(values: Float64Array, digits: number): { p10: number; p50: number; p90: number } {
  const sorted = values.slice().sort();
  const at = (p: number): number =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0).toFixed(digits)) + 0;
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}

const NOTHING = { p10: 0, p50: 0, p90: 0 };

function gradeOf(inputs: ValueInputs, excludesZero: boolean): 'A' | 'B' | 'C' {
  const comparables = inputs.untreatedSeconds.length;
  const approvedDays = inputs.rateCard?.approvedBy
    ? (inputs.now.getTime() - Date.parse(inputs.rateCard.validFrom)) / 86_400_000
    : Infinity;
  const coverage = inputs.trackRecord.n > 0 ? inputs.trackRecord.covered / inputs.trackRecord.n : 0;
  if (comparables >= 20 && approvedDays <= 180 && excludesZero && coverage >= 0.75 && coverage <= 0.85) return 'A';
  if (comparables >= 8 && coverage >= 0.65 && coverage <= 0.95) return 'B';
  return 'C';
}

/** Why nothing is claimed, or undefined when there is something to compute. */
function reasonForNoClaim(inputs: ValueInputs): string | undefined {
  if (!inputs.actionTaken) return 'No action was taken, so nothing was avoided by one.';
  if (!inputs.forecast) return 'No forecast was frozen before the action, so there is nothing to compare with.';
  if (Date.parse(inputs.forecast.frozenAt) > inputs.now.getTime())
    return 'The forecast is dated after the observation.';
  if (!inputs.observed || ratesSince(inputs.observed, Date.parse(inputs.forecast.frozenAt)).badRatio.length === 0)
    return 'Nothing was observed after the forecast.';
  return undefined;
}

/** What users felt from the opening of the incident to its end, before and after anything was done about it. */
function observedOf(inputs: ValueInputs): IncidentValue['observed'] {
  const { observed, incident, forecast } = inputs;
  if (!observed) return { badMinutes: 0, failedRequests: 0, requests: 0, budgetShare: 0 };
  const { bad, total, badMinutes } = sumsSince(observed, Date.parse(incident.openedAt));
  const allowed = forecast ? budgetEvents(forecast) : 0;
  return {
    badMinutes: Number(badMinutes.toFixed(1)),
    failedRequests: Math.round(bad),
    requests: Math.round(total),
    budgetShare: allowed > 0 ? Number((bad / allowed).toFixed(4)) : 0,
  };
}

/** Bad events that the SLO's window allows: (1 - target) x events expected in it, from the forecast's mean demand. */
function budgetEvents(forecast: Forecast): number {
  const mean = forecast.fan.reduce((sum, point) => sum + point.demandPerSecond, 0) / Math.max(1, forecast.fan.length);
  return (1 - forecast.target) * mean * forecast.windowSeconds;
}

/** A quantile triple scaled by a constant and rounded. */
function scale(quantiles: { p10: number; p50: number; p90: number }, factor: number): Quantiles {
  const of = (value: number): number => Number((value * factor).toFixed(4)) + 0;
  return { p10: of(quantiles.p10), p50: of(quantiles.p50), p90: of(quantiles.p90) };
}

/**
 * What an incident's treatment was worth (ux.md "Cost avoided, credibly"): bad minutes, failed requests and share of budget avoided with
 * P10/P50/P90, and money where a rate card exists. Zero, with the reason said, where nothing can be shown. Deterministic in its inputs.
 */
export function computeValue(inputs: ValueInputs): IncidentValue {
  const { incident, forecast, observed, rateCard } = inputs;
  const untreated = untreatedOf(inputs);
  const refusal =
    reasonForNoClaim(inputs) ??
    (untreated ? undefined : 'No comparable incident and no prior says how long this lasts untreated.');
  const seed = `${incident.id}:${forecast?.hash ?? 'none'}`;
  const base = {
    incidentId: incident.id,
    computedAt: inputs.now.toISOString(),
    observed: observedOf(inputs),
    comparables: inputs.untreatedSeconds.length,
    method: METHOD,
    formula: FORMULA,
    seed,
    excluded: [
      'Reputation and churn',
      'Loss to dependants outside the SLO',
      ...(rateCard ? [] : ['Money: no rate card for this service']),
      ...(forecast && !forecast.sufficientHistory ? ['Certainty: the forecast had little history'] : []),
    ],
    ...(rateCard ? { rateCard: { name: rateCard.name, version: rateCard.version, digest: rateCard.digest } } : {}),
    ...(forecast ? { forecastHash: forecast.hash } : {}),
  };
  const inputRows = [
    ...(forecast
      ? [
          { name: 'Frozen forecast', value: `#${forecast.hash.slice(0, 8)} of ${forecast.frozenAt}` },
          { name: 'SLO target', value: `${(forecast.target * 100).toFixed(2)} %` },
        ]
      : []),
    ...(untreated
      ? [{ name: 'Untreated duration', value: `median ${Math.round(Math.exp(untreated.mu))} s, ${untreated.source}` }]
      : []),
    ...(rateCard
      ? [
          {
            name: 'Rate card',
            value: `${rateCard.name} ${rateCard.version}, ${rateCard.valuePerGoodEvent.low} to ${rateCard.valuePerGoodEvent.high} ${rateCard.currency} an event, ${Math.round(rateCard.rho * 100)} % recovered later`,
          },
        ]
      : []),
  ];
  const money = (amount: number): Money => ({ amount: amount.toFixed(2), currency: rateCard?.currency ?? 'USD' });
  if (refusal !== undefined || !forecast || !observed || !untreated) {
    return {
      ...base,
      claim: false,
      reason: refusal ?? 'Nothing to compare with.',
      grade: 'D',
      indicative: true,
      badMinutesAvoided: NOTHING,
      failedRequestsAvoided: NOTHING,
      budgetShareAvoided: NOTHING,
      draws: 0,
      inputs: inputRows,
      ...(rateCard
        ? { money: { currency: rateCard.currency, p10: money(0), p50: money(0), p90: money(0), booked: money(0) } }
        : {}),
    };
  }
  const draws = simulate(inputs, forecast, observed, untreated, seededRandom(seed));
  const events = quantilesOf(draws.events, 0);
  // What did not end the trouble may have made it worse, but has avoided nothing: the trouble went on after the last observation.
  const endedIt = inputs.outcome === 'verified' || events.p90 < 0;
  const excludesZero = endedIt && (events.p10 > 0 || events.p90 < 0);
  const grade = gradeOf(inputs, excludesZero);
  if (!excludesZero) {
    return {
      ...base,
      claim: false,
      reason: endedIt
        ? 'No measurable effect: the interval of what was avoided includes zero.'
        : 'Nothing shows that the action ended the trouble, so nothing was avoided by it.',
      grade: 'D',
      indicative: true,
      badMinutesAvoided: NOTHING,
      failedRequestsAvoided: NOTHING,
      budgetShareAvoided: NOTHING,
      draws: DRAWS,
      inputs: inputRows,
      ...(rateCard
        ? { money: { currency: rateCard.currency, p10: money(0), p50: money(0), p90: money(0), booked: money(0) } }
        : {}),
    };
  }
  const amounts = quantilesOf(draws.money, 2);
  const expired = rateCard ? Date.parse(rateCard.reviewBy) < inputs.now.getTime() : true;
  const indicative =
    !forecast.sufficientHistory || !rateCard?.approvedBy || rateCard.approvedBy === 'demo' || expired || grade === 'C';
  return {
    ...base,
    claim: true,
    reason:
      events.p50 < 0
        ? 'The action made it worse than the forecast: the value is negative.'
        : 'The frozen forecast was worse than what was observed.',
    grade,
    indicative,
    badMinutesAvoided: quantilesOf(draws.minutes, 1),
    failedRequestsAvoided: events,
    budgetShareAvoided: scale(events, 1 / Math.max(1, budgetEvents(forecast))),
    draws: DRAWS,
    inputs: inputRows,
    ...(rateCard
      ? {
          money: {
            currency: rateCard.currency,
            p10: money(amounts.p10),
            p50: money(amounts.p50),
            p90: money(amounts.p90),
            booked: money(indicative ? Math.min(0, amounts.p10) : amounts.p10),
          },
        }
      : {}),
  };
}
