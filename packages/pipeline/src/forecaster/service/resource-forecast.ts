import { durationText } from '@autoops/charts';
import type { ResourceForecast, TrackRecord } from '@autoops/contracts';
import type { BreachCalibration } from '../hazard/calibration.ts';
import { forecastBreach, SUFFICIENT_HOURS } from '../hazard/forecast-breach.ts';
import type { BreachEvidence } from '../hazard/evidence.ts';
import type { ResourceHistory } from '../hazard/resource-history.ts';

export const HAZARD_ENGINE = 'autoops-hazard';
export const HAZARD_VERSION = '2';
/** Hours after which nothing more can come of a forecast. */
const JUDGED_HOURS = 48;

export interface ResourceInput {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly indicator: string;
  readonly unit: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly history: ResourceHistory;
  /** What outcomes of this class of resource taught; undefined while there are too few. */
  readonly calibration: BreachCalibration | undefined;
  readonly trackRecord: TrackRecord;
  readonly now: string;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function inWords(evidence: BreachEvidence): string[] {
  const { level, trend, trendReachesInHours, safeVisits, highestPeak, dayAgoHigh, weekAgoHigh } = evidence;
  const perHour = trend.perHour * 100;
  return [
    `at ${percent(level)} of the limit`,
    Math.abs(perHour) < 0.005
      ? `level over ${trend.hours} h`
      : `${perHour > 0 ? 'rises' : 'falls'} by ${Math.abs(perHour).toFixed(2)} % of the limit an hour over ${trend.hours} h (explains ${percent(trend.explained)})`,
    ...(trendReachesInHours === undefined || trendReachesInHours > 240
      ? []
      : [`that line reaches the limit in ${Math.round(trendReachesInHours)} h`]),
    safeVisits === 0
      ? 'never came back from this level before'
      : `${safeVisits} earlier ${safeVisits === 1 ? 'visit' : 'visits'} to this level came back${highestPeak === undefined ? '' : `, from ${percent(highestPeak)} at most`}`,
    ...(dayAgoHigh === undefined ? [] : [`highest a day ago ${percent(dayAgoHigh)}`]),
    ...(weekAgoHigh === undefined ? [] : [`highest a week ago ${percent(weekAgoHigh)}`]),
  ];
}

/** Names one resource of a service: its indicator, with the labels that tell it from others of that indicator. */
export function resourceSubject(indicator: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? indicator : `${indicator}{${pairs.map((pair) => pair.join('=')).join(',')}}`;
}

/** Forecasts when a bounded resource reaches its limit, with the evidence; says so while less than a day of it is known. Pure. */
export function resourceForecast(input: ResourceInput): ResourceForecast {
  const { id, service, environment, indicator, unit, labels, history, calibration, trackRecord, now } = input;
  const found = forecastBreach(history, { calibration });
  const level = found.evidence?.level;
  const answered = found.sufficientHistory
    ? {
        probability: { ...found.probability },
        ...(calibration === undefined ? {} : { uncalibrated: { ...found.uncalibrated } }),
        ...(found.timeToBreach === undefined ? {} : { timeToBreach: { ...found.timeToBreach } }),
      }
    : {};
  return {
    id,
    kind: 'breach',
    service,
    environment,
    subject: resourceSubject(indicator, labels),
    indicator,
    unit,
    labels: { ...labels },
    limit: history.limit,
    ...(level === undefined ? {} : { level }),
    issuedAt: now,
    dueAt: new Date(Date.parse(now) + JUDGED_HOURS * 3_600_000).toISOString(),
    engine: HAZARD_ENGINE,
    version: HAZARD_VERSION,
    sufficientHistory: found.sufficientHistory,
    observedHours: history.hours,
    neededHours: SUFFICIENT_HOURS,
    ...answered,
    ...(found.evidence === undefined ? {} : { safeVisits: found.evidence.safeVisits }),
    evidence: [
      ...(found.evidence === undefined
        ? [`${durationText(history.hours * 3600)} of ${SUFFICIENT_HOURS} h observed`]
        : inWords(found.evidence)),
      ...(calibration === undefined
        ? []
        : [`calibrated on ${calibration.breaches} breaches among ${Math.round(calibration.n)} outcomes here`]),
    ],
    trackRecord,
  };
}
