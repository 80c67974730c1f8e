import type { IndicatorReader, IndicatorWindow } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { rows, withWorkspace } from '../database.ts';

/** What is stored of an indicator beside its points. */
export interface IndicatorRow {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly indicator: string;
  readonly labels: Record<string, string>;
  readonly label_hash: string;
  readonly unit: string;
  readonly source: string;
  readonly view: IndicatorWindow['view'];
  readonly interval_ms: number;
  readonly samples: string;
  readonly newest_at: Date | null;
}

export const INDICATOR_COLUMNS =
  'id, service, environment, indicator, labels, label_hash, unit, source, view, interval_ms, samples, newest_at';

/** Reads windows of computed indicators, points in order of time. An indicator without a point in the window is left out. */
export function createIndicatorReader(pool: Pool): IndicatorReader {
  return {
    window: (workspaceId, query) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const found = await rows<
          IndicatorRow & { at: number[]; value: number[]; expected: number[]; low: number[]; high: number[] }
        >(
          transaction,
          `select s.*, p.* from (
             select ${INDICATOR_COLUMNS}, workspace_id from indicator_series
             where environment = $1 and ($2::text is null or service = $2) and ($3::text is null or indicator = $3)) s
           cross join lateral (
             select array_agg((extract(epoch from at) * 1000)::float8 order by at) as at, array_agg(value order by at) as value,
               array_agg(expected order by at) as expected, array_agg(band_low order by at) as low, array_agg(band_high order by at) as high
             from indicator_points p where p.workspace_id = s.workspace_id and p.series_id = s.id and p.at >= $4 and p.at <= $5) p
           where p.at is not null order by s.service, s.indicator, s.label_hash`,
          [query.environment, query.service ?? null, query.indicator ?? null, query.from, query.to],
        );
        return found.map((one) => ({
          service: one.service,
          environment: one.environment,
          indicator: one.indicator,
          labels: one.labels,
          unit: one.unit,
          source: one.source,
          view: one.view,
          intervalMs: one.interval_ms,
          timestampMs: one.at,
          value: one.value,
          expected: one.expected,
          bandLow: one.low,
          bandHigh: one.high,
        }));
      }),
  };
}
