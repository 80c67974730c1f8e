import type { IndicatorPoint, Page, SeriesResource } from '@autoops/contracts';
import { rows, type Transaction } from '../database.ts';
import { INDICATOR_COLUMNS, type IndicatorRow } from '../readers/indicator-reader.ts';
import { numberArray } from '../signals/packing.ts';
import { Conditions, selectPage, type PageQuery } from './page.ts';
import { LEARNS_AT } from './learned.ts';
import { finite, present } from './services.ts';

export interface SeriesQuery extends PageQuery {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly indicator?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly maxPoints?: number | undefined;
  readonly metric?: string | undefined;
}

const DEFAULT_POINTS = 300;
const LARGEST_POINTS = 5_000;
const DEFAULT_WINDOW_MS = 3_600_000;
const RAW = 'raw:';

/** A page of indicators with their points, or of raw series where a metric is asked for. */
export async function selectSeries(
  transaction: Transaction,
  workspaceId: string,
  query: SeriesQuery,
): Promise<Page<SeriesResource>> {
  if (query.metric !== undefined)
    return selectRaw(
      transaction,
      workspaceId,
      query,
      new Conditions().add('metric = ?', query.metric).add("labels ->> 'environment' = any (?)", query.environments),
    );
  const conditions = new Conditions()
    .add('service = ?', query.service)
    .add('environment = ?', query.environment)
    .add('environment = any (?)', query.environments)
    .add('indicator = ?', query.indicator);
  return selectIndicators(transaction, workspaceId, query, conditions);
}

/** One series by its stable id: `environment:service:indicator[:labels]` or `raw:<number>`. */
export async function selectSeriesById(
  transaction: Transaction,
  workspaceId: string,
  id: string,
  query: SeriesQuery,
): Promise<SeriesResource | undefined> {
  const window = { from: query.from, to: query.to, maxPoints: query.maxPoints };
  if (id.startsWith(RAW)) {
    const number = id.slice(RAW.length);
    if (!/^\d{1,18}$/.test(number)) return undefined;
    return (await selectRaw(transaction, workspaceId, window, new Conditions().add('id = ?::bigint', number))).items[0];
  }
  const [environment, service, indicator, labelHash = '', ...rest] = id.split(':');
  if (!environment || !service || !indicator || rest.length > 0) return undefined;
  const conditions = new Conditions()
    .add('environment = ?', environment)
    .add('service = ?', service)
    .add('indicator = ?', indicator)
    .add('label_hash = ?', labelHash);
  return (await selectIndicators(transaction, workspaceId, window, conditions)).items[0];
}

const ORDER = { first: 'id', firstType: 'bigint', second: 'id', secondType: 'bigint', ascending: true } as const;

async function selectIndicators(
  transaction: Transaction,
  workspaceId: string,
  query: SeriesQuery,
  { conditions, values }: Conditions,
): Promise<Page<SeriesResource>> {
  const page = await selectPage<IndicatorRow, IndicatorRow>(
    transaction,
    { list: 'series', workspaceId, ...ORDER },
    query,
    { columns: INDICATOR_COLUMNS, from: 'indicator_series', conditions, values },
    (one) => one,
  );
  const points = await selectPoints(
    transaction,
    'indicator',
    page.items.map((one) => one.id),
    query,
  );
  return {
    ...page,
    items: page.items.map((one): SeriesResource => ({
      id: `${one.environment}:${one.service}:${one.indicator}${one.label_hash && `:${one.label_hash}`}`,
      service: one.service,
      environment: one.environment,
      indicator: one.indicator,
      labels: one.labels,
      unit: one.unit,
      view: one.view,
      source: one.source,
      points: points.get(one.id) ?? [],
      ...present('newestAt', one.newest_at?.toISOString()),
      state: Number(one.samples) < LEARNS_AT ? 'learning' : 'ready',
      samples: Number(one.samples),
      learnsAt: LEARNS_AT,
      detail: { intervalMs: one.interval_ms },
    })),
  };
}

async function selectRaw(
  transaction: Transaction,
  workspaceId: string,
  query: SeriesQuery,
  { conditions, values }: Conditions,
): Promise<Page<SeriesResource>> {
  const page = await selectPage<
    { id: string; metric: string; labels: Record<string, string>; source: string },
    { id: string; metric: string; labels: Record<string, string>; source: string }
  >(
    transaction,
    { list: 'raw-series', workspaceId, ...ORDER },
    query,
    { columns: 'id, metric, labels, source', from: 'series', conditions, values },
    (one) => one,
  );
  const points = await selectPoints(
    transaction,
    'raw',
    page.items.map((one) => one.id),
    query,
  );
  return {
    ...page,
    items: page.items.map((one): SeriesResource => {
      const own = points.get(one.id) ?? [];
      return {
        id: `${RAW}${one.id}`,
        service: one.labels.service ?? 'unknown',
        environment: one.labels.environment ?? 'unknown',
        indicator: one.metric,
        labels: one.labels,
        unit: '',
        view: 'raw',
        source: one.source,
        points: own,
        ...present('newestAt', own.at(-1)?.at),
        state: own.length < LEARNS_AT ? 'learning' : 'ready',
        samples: own.length,
        learnsAt: LEARNS_AT,
      };
    }),
  };
}

interface StoredPoint {
  readonly id: string;
  readonly at: Date;
  readonly value: number;
  readonly expected: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Points of some series inside the query's window, thinned to the last of each bucket. */
async function selectPoints(
  transaction: Transaction,
  kind: 'indicator' | 'raw',
  ids: readonly string[],
  query: SeriesQuery,
): Promise<Map<string, IndicatorPoint[]>> {
  const to = query.to ?? new Date();
  const from = query.from ?? new Date(to.getTime() - DEFAULT_WINDOW_MS);
  const count = Math.min(Math.max(Math.trunc(query.maxPoints ?? DEFAULT_POINTS), 1), LARGEST_POINTS);
  const bucketSeconds = Math.max((to.getTime() - from.getTime()) / 1000 / count, 0.001);
  const [table, band] =
    kind === 'indicator'
      ? ['indicator_points', 'expected, band_low as low, band_high as high']
      : ['samples', 'null::float8 as expected, null::float8 as low, null::float8 as high'];
  const found = await rows<StoredPoint>(
    transaction,
    `select s.id, p.* from unnest($1::bigint[]) s (id) cross join lateral (
       select distinct on (floor(extract(epoch from p.at) / $4::float8)) p.at, value, ${band} from ${table} p
       where p.series_id = s.id and p.at >= $2 and p.at <= $3 order by floor(extract(epoch from p.at) / $4::float8), p.at desc) p
     order by s.id, p.at`,
    [numberArray(ids), from, to, bucketSeconds],
  );
  const result = new Map<string, IndicatorPoint[]>();
  for (const one of found) {
    const list = result.get(one.id) ?? [];
    result.set(one.id, list);
    list.push({
      at: one.at.toISOString(),
      value: finite(one.value) ?? null,
      ...present('expected', finite(one.expected)),
      ...present('bandLow', finite(one.low)),
      ...present('bandHigh', finite(one.high)),
    });
  }
  return result;
}
