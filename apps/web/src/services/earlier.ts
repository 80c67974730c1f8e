import { durationText } from '@autoops/charts';
import type { SeriesResource } from '@autoops/contracts';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import type { EarlierSeries } from '../chart/dense-columns.ts';

const DAY_S = 86_400;

/** An earlier time that charts may be compared with. */
export interface Shift {
  /** As the URL says it. */
  readonly value: string;
  readonly seconds: number;
  readonly label: string;
}

/** What a stretch of `seconds` may be compared with: the one just before it, the same of a day and of a week before. */
export function shiftsOf(seconds: number): readonly Shift[] {
  const days = [
    { value: 'day', seconds: DAY_S, label: 'a day before' },
    { value: 'week', seconds: 7 * DAY_S, label: 'a week before' },
  ];
  return days.some((each) => each.seconds === seconds)
    ? days
    : [{ value: 'range', seconds, label: `the ${durationText(seconds)} before` }, ...days];
}

/** What is asked about the series of a service, at the time that is shown. */
interface Asked {
  readonly service: string;
  readonly environment: string;
  readonly maxPoints: number;
}

/**
 * The same series at earlier times: for one of them what to draw beside it, and of which times nothing at all was measured. The stretch
 * that is shown ends at `end` (ms) and is `seconds` long.
 */
export function useEarlier(asked: Asked, shifts: readonly Shift[], end: number, seconds: number) {
  const instant = (ms: number): string => new Date(ms).toISOString();
  const answers = useQueries({
    queries: shifts.map((shift) => ({
      ...queries.series({
        ...asked,
        from: instant(end - (seconds + shift.seconds) * 1000),
        to: instant(end - shift.seconds * 1000),
      }),
      // Points are drawn where they were measured: what is kept of another stretch lies outside the picture.
      placeholderData: keepPreviousData,
    })),
  });
  const of = (series: SeriesResource): readonly EarlierSeries[] =>
    shifts.map(({ label, seconds: shift }, index) => ({
      label,
      shiftMs: shift * 1000,
      points: answers[index]?.data?.items.find(({ id }) => id === series.id)?.points ?? [],
    }));
  const unmeasured = shifts.filter(
    (_shift, index) =>
      answers[index]?.isSuccess === true &&
      !answers[index].isPlaceholderData &&
      answers[index].data.items.every(({ points }) => points.every(({ value }) => value === null)),
  );
  return { of, unmeasured };
}
