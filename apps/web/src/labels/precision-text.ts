import type { AlarmPrecision, Anomaly, DetectorPrecision } from '@autoops/contracts';
import { plural } from '../format/numbers.ts';

/** Fewer labels than this say what somebody thought, not how good a detector is. */
const FEW = 8;

type Counted = Pick<DetectorPrecision, 'useful' | 'noise' | 'low' | 'high'>;

/** "9 of 11 useful, 52–95 %": with the 95 % interval (Wilson 1927), and said to be few where they are. */
export function precisionText(counted: Counted | undefined): string {
  if (counted === undefined || counted.useful + counted.noise === 0) return 'no labels yet';
  const n = counted.useful + counted.noise;
  const percent = (ratio: number): string => String(Math.round(ratio * 100));
  return `${counted.useful} of ${n} useful, ${percent(counted.low)}–${percent(counted.high)} %${n < FEW ? ' (few labels)' : ''}`;
}

/** The precision of the detector that raised an anomaly: same indicator, same view, same kind. */
export function detectorOf(
  precision: Pick<AlarmPrecision, 'detectors'> | undefined,
  anomaly: Pick<Anomaly, 'indicator' | 'winningView' | 'kind'>,
): DetectorPrecision | undefined {
  return precision?.detectors.find(
    (each) => each.indicator === anomaly.indicator && each.view === anomaly.winningView && each.kind === anomaly.kind,
  );
}

/** "Of 11 like it, 9 were useful": for the card of one anomaly. */
export function likeItText(counted: Counted | undefined): string {
  const n = counted === undefined ? 0 : counted.useful + counted.noise;
  if (counted === undefined || n === 0) return 'Nobody has labelled one like it yet';
  const [low, high] = [Math.round(counted.low * 100), Math.round(counted.high * 100)];
  return `Of ${plural(n, 'alarm')} like it, ${counted.useful} ${counted.useful === 1 ? 'was' : 'were'} useful (${low}–${high} %${n < FEW ? ', few labels' : ''})`;
}
