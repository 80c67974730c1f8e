import type { EnvironmentRules, ServiceResource, SloResource, Topology } from '@autoops/contracts';
import { rows, type Transaction } from '../database.ts';
import { INDICATOR_COLUMNS, type IndicatorRow } from '../readers/indicator-reader.ts';
import { documents } from '../state/documents.ts';
import { learnedSamples, LEARNS_AT } from './learned.ts';

/** Points of an indicator's small chart, and their significant digits: a finer one would be drawn the same. */
const SPARKLINE_POINTS = 60;
const SPARKLINE_DIGITS = 4;
/** Without a tick for this long (and for 5 intervals) a service has no data. */
const SILENT_MS = 60_000;

/** SLOs as the worker computed them last. */
export function selectSlos(
  transaction: Transaction,
  query: { readonly environment?: string | undefined; readonly service?: string | undefined },
): Promise<SloResource[]> {
  return documents(
    transaction,
    'select doc from slo_status where ($1::text is null or environment = $1) and ($2::text is null or service = $2) order by environment, service, id',
    [query.environment ?? null, query.service ?? null],
  );
}

/** Every service of the topology in every environment, and those that only signals speak of. */
export async function selectServices(
  transaction: Transaction,
  environment: string | undefined,
): Promise<ServiceResource[]> {
  const [topology] = await bodies<Topology>(transaction, 'topology');
  const rules = await bodies<EnvironmentRules>(transaction, 'environment');
  const opening = await selectOpening(transaction);
  const seen = await rows<{ environment: string; service: string }>(
    transaction,
    "select environment, service from shards where service <> '' and environment <> '' order by environment, service",
  );
  const environments = [...new Set([...rules.map((one) => one.environment), ...seen.map((one) => one.environment)])]
    .filter((name) => environment === undefined || name === environment)
    .sort();
  const known = topology?.services ?? [];
  const indicators = await selectIndicators(transaction, environment);
  const slos = await selectSlos(transaction, { environment });
  const extras = await selectExtras(transaction, environment);
  const now = Date.now();
  return environments.flatMap((name) => {
    const unlisted = seen.filter(
      (one) =>
        one.environment === name &&
        !known.some((service) => service.name === one.service) &&
        indicators.has(`${name}:${one.service}`),
    );
    const listed = [
      ...known,
      ...unlisted.map((one) => ({ name: one.service, title: one.service, owner: '', dependsOn: [] as string[] })),
    ];
    return listed.map((service): ServiceResource => {
      const id = `${name}:${service.name}`;
      const own = indicators.get(id) ?? [];
      const ownSlos = slos.filter((slo) => slo.environment === name && slo.service === service.name);
      const extra = extras.get(id);
      const newest = own.reduce((latest, one) => Math.max(latest, one.newest), Number.NEGATIVE_INFINITY);
      const learned = learnedSamples(
        own.map(({ resource, samples }) => ({ indicator: resource.indicator, samples })),
        opening,
      );
      const openIncidentIds = extra?.incidents ?? [];
      const silentAfter = own.reduce((longest, one) => Math.max(longest, 5 * one.intervalMs), SILENT_MS);
      const inState = (...states: readonly SloResource['state'][]): boolean =>
        ownSlos.some((slo) => states.includes(slo.state));
      return {
        id,
        service: service.name,
        environment: name,
        title: service.title,
        owner: service.owner,
        state: inState('burning', 'exhausted')
          ? 'burning'
          : openIncidentIds.length > 0
            ? 'degraded'
            : now - newest > silentAfter
              ? 'no-data'
              : inState('at-risk')
                ? 'at-risk'
                : learned < LEARNS_AT
                  ? 'learning'
                  : 'healthy',
        ...(learned < LEARNS_AT ? { learning: { samples: learned, of: LEARNS_AT } } : {}),
        dependsOn: [...service.dependsOn],
        dependents: known.filter((other) => other.dependsOn.includes(service.name)).map((other) => other.name),
        slos: ownSlos,
        indicators: own.map((one) => one.resource),
        openIncidentIds,
        ...(extra?.change ? { lastChange: extra.change } : {}),
        ...(extra?.risk ? { risk: extra.risk } : {}),
        ...(Number.isFinite(newest) ? { newestAt: new Date(newest).toISOString() } : {}),
      };
    });
  });
}

async function bodies<T>(transaction: Transaction, kind: string): Promise<T[]> {
  return (
    await rows<{ body: T }>(
      transaction,
      'select body from config_documents where kind = $1 and current order by name',
      [kind],
    )
  ).map((one) => one.body);
}

/** Names of the indicators whose anomalies may open an incident. */
async function selectOpening(transaction: Transaction): Promise<ReadonlySet<string>> {
  const files = await bodies<{ indicators: { name: string; opens?: boolean }[] }>(transaction, 'indicators');
  const all = files.flatMap(({ indicators }) => indicators);
  return new Set(all.filter(({ opens }) => opens === true).map(({ name }) => name));
}

interface ServiceIndicator {
  readonly resource: ServiceResource['indicators'][number];
  readonly newest: number;
  readonly samples: number;
  readonly intervalMs: number;
}

/** Indicators without labels (those with labels are on the service's own page), with their last points. */
async function selectIndicators(
  transaction: Transaction,
  environment: string | undefined,
): Promise<Map<string, ServiceIndicator[]>> {
  const found = await rows<
    IndicatorRow & { value: number[] | null; expected: number | null; low: number | null; high: number | null }
  >(
    transaction,
    `select s.*, p.* from (
       select ${INDICATOR_COLUMNS}, workspace_id from indicator_series where label_hash = '' and ($1::text is null or environment = $1)) s
     cross join lateral (
       select array_agg(value order by at) as value, (array_agg(expected order by at desc))[1] as expected,
         (array_agg(band_low order by at desc))[1] as low, (array_agg(band_high order by at desc))[1] as high
       from indicator_points p where p.workspace_id = s.workspace_id and p.series_id = s.id
         and p.at > s.newest_at - ${SPARKLINE_POINTS} * s.interval_ms * interval '1 millisecond' and p.at <= s.newest_at) p
     order by s.service, s.id`,
    [environment ?? null],
  );
  const result = new Map<string, ServiceIndicator[]>();
  for (const one of found) {
    const newest = one.newest_at?.getTime() ?? Number.NEGATIVE_INFINITY;
    const id = `${one.environment}:${one.service}`;
    const list = result.get(id) ?? [];
    result.set(id, list);
    list.push({
      newest,
      samples: Number(one.samples),
      intervalMs: one.interval_ms,
      resource: {
        indicator: one.indicator,
        unit: one.unit,
        latest: finite(one.value?.at(-1)) ?? null,
        ...present('expected', finite(one.expected)),
        ...present('bandLow', finite(one.low)),
        ...present('bandHigh', finite(one.high)),
        ...present('at', one.newest_at?.toISOString()),
        sparkline: (one.value ?? []).slice(-SPARKLINE_POINTS).map(sparklinePoint),
      },
    });
  }
  return result;
}

interface Extra {
  readonly incidents: string[];
  readonly change: { at: string; summary: string } | undefined;
  readonly risk: ServiceResource['risk'];
}

/** Open incidents, the last change (AutoOps's own runs are changes, too) and the risk of each service, by `environment:service`. */
async function selectExtras(transaction: Transaction, environment: string | undefined): Promise<Map<string, Extra>> {
  const values = [environment ?? null];
  const incidents = await rows<{ environment: string; service: string; ids: string[] }>(
    transaction,
    `select environment, service, array_agg(id::text order by opened_at) as ids from incidents
     where state <> 'closed' and ($1::text is null or environment = $1) group by 1, 2`,
    values,
  );
  const changes = await rows<{ environment: string; service: string; at: Date; summary: string }>(
    transaction,
    `select distinct on (environment, service) environment, service, at, summary from (
       select environment, service, at,
         coalesce(doc #>> '{data,summary}', concat_ws(' ', replace(replace(doc ->> 'type', 'dev.autoops.change.', ''), '.v1', ''), doc #>> '{data,job}', doc #>> '{data,version}')) as summary
       from change_events
       union all
       select r.environment, r.service, (r.doc ->> 'startedAt')::timestamptz, 'AutoOps: ' || (p.doc ->> 'title')
       from runs r join plans p on p.workspace_id = r.workspace_id and p.id = r.plan_id
       where r.created_at > now() - interval '30 days' and r.doc ->> 'startedAt' is not null) changes
     where at > now() - interval '30 days' and ($1::text is null or environment = $1) order by environment, service, at desc`,
    values,
  );
  const risks = await rows<{ environment: string; service: string; doc: NonNullable<ServiceResource['risk']> }>(
    transaction,
    'select environment, service, doc from service_risks where ($1::text is null or environment = $1)',
    values,
  );
  const result = new Map<string, Extra>();
  const merge = (one: { readonly environment: string; readonly service: string }, part: Partial<Extra>): void => {
    const id = `${one.environment}:${one.service}`;
    result.set(id, { ...(result.get(id) ?? { incidents: [], change: undefined, risk: undefined }), ...part });
  };
  for (const one of incidents) merge(one, { incidents: one.ids });
  for (const one of changes) merge(one, { change: { at: one.at.toISOString(), summary: one.summary } });
  for (const one of risks) merge(one, { risk: one.doc });
  return result;
}

function sparklinePoint(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(SPARKLINE_DIGITS)) : null;
}

/** A number, or undefined where it is a gap. */
export function finite(value: number | null | undefined): number | undefined {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** A member only where there is a value, as `exactOptionalPropertyTypes` wants it. */
export function present<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}
