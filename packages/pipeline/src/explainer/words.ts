import { durationText, plainNumber, subjectText, valueText } from '@autoops/charts';
import type { Anomaly } from '@autoops/contracts';

/** A ratio in [0,1] as per cent with as many digits as matter: `4.7 %`, `0.30 %`, `12 %`. */
export function percent(ratio: number): string {
  return valueText(ratio, 'ratio');
}

/** Seconds as `42 s`, `6 min 40 s`, `27 min`, `3 h 12 min`. */
export function duration(seconds: number): string {
  return durationText(Math.max(0, Math.round(seconds)));
}

/** A whole number with thin spaces between thousands. */
export function count(value: number): string {
  return plainNumber(Math.round(value), 0);
}

/** A number with one decimal at most: `21.7`, `\u22120.5`. */
export function decimal(value: number): string {
  return plainNumber(value, 1);
}

/** `14:02:07 UTC`. */
export function clockTime(instant: string): string {
  return `${instant.slice(11, 19)} UTC`;
}

type Seen = Pick<Anomaly, 'service' | 'indicator' | 'kind' | 'unit' | 'observed'>;

/** What an anomaly was seen at: `orders queue age`. */
export function subjectOf({ service, indicator, kind }: Omit<Seen, 'observed' | 'unit'>): string {
  return kind === 'new-template' ? `${service} log` : subjectText(service, indicator);
}

/** What was seen, in a few words: `orders queue age at 36 s`. */
export function seenText(anomaly: Seen): string {
  if (anomaly.kind === 'new-template') return `${anomaly.service} wrote a log line of a kind never seen before`;
  return `${subjectOf(anomaly)} at ${valueText(anomaly.observed, anomaly.unit)}`;
}

/** The edge of the band that an anomaly left: `at most 3.1 s`. */
export function expectedText(anomaly: Pick<Anomaly, 'direction' | 'unit' | 'bandLow' | 'bandHigh'>): string {
  return anomaly.direction === 'down'
    ? `at least ${valueText(anomaly.bandLow, anomaly.unit)}`
    : `at most ${valueText(anomaly.bandHigh, anomaly.unit)}`;
}
