import { durationText } from '@autoops/charts';
import type { Page, SeriesResource } from '@autoops/contracts';
import { keepPreviousData, useQueries, type UseQueryResult } from '@tanstack/react-query';
import { useCallback } from 'react';
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

interface Earlier {
  /** By the id of a series what to draw beside it, the same object until other points come. */
  readonly bySeries: ReadonlyMap<string, readonly EarlierSeries[]>;
  /** The times of which nothing at all was measured. */
  readonly unmeasured: readonly Shift[];
}

function together(shifts: readonly Shift[], answers: readonly UseQueryResult<Page<SeriesResource>>[]): Earlier {
  const ids = new Set(answers.flatMap(({ data }) => data?.items.map(({ id }) => id) ?? []));
  const drawn = (id: string): EarlierSeries[] =>
    shifts.map(({ label, seconds }, index) => ({
      label,
      shiftMs: seconds * 1000,
      points: answers[index]?.data?.items.find((series) => series.id === id)?.points ?? [],
    }));
  const unmeasured = shifts.filter((_shift, index) => {
    const answer = answers[index];
    return (
      answer?.isSuccess === true &&
      !answer.isPlaceholderData &&
      answer.data.items.every(({ points }) => points.every(({ value }) => value === null))
    );
  });
  return { bySeries: new Map([...ids].map((id) => [id, drawn(id)])), unmeasured };
}

/** The series of a service at earlier times, as the stretch of `seconds` until `end` (ms) is compared with them; `shifts` is the same array until others are chosen. */
export function useEarlier(asked: Asked, shifts: readonly Shift[], end: number, seconds: number): Earlier {
  const instant = (ms: number): string => new Date(ms).toISOString();
  const combine = useCallback((answers: UseQueryResult<Page<SeriesResource>>[]) => together(shifts, answers), [shifts]);
  return useQueries({
    queries: shifts.map((shift) => ({
      ...queries.series({
        ...asked,
        from: instant(end - (seconds + shift.seconds) * 1000),
        to: instant(end - shift.seconds * 1000),
      }),
      // Points are drawn where they were measured: what is kept of another stretch lies outside the picture.
      placeholderData: keepPreviousData,
    })),
    combine,
  });
}
