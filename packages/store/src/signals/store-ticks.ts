import type { IndicatorTick } from '@autoops/pipeline/ports';
import { canonicalJson, sha256Hex } from '@autoops/digest';
import { execute, jsonText, rows, type Transaction } from '../database.ts';
import { numberArray } from './packing.ts';

/** Writes computed ticks beside their indicator's row. A tick that is there already stays: it was scored once. */
export async function storeTicks(
  transaction: Transaction,
  workspaceId: string,
  ticks: readonly IndicatorTick[],
): Promise<void> {
  if (ticks.length === 0) return;
  const groups = new Map<string, { readonly first: IndicatorTick; readonly ticks: IndicatorTick[] }>();
  for (const tick of ticks) {
    const name = indicatorId(tick);
    const group = groups.get(name);
    if (group) group.ticks.push(tick);
    else groups.set(name, { first: tick, ticks: [tick] });
  }
  const sorted = [...groups.values()];
  const stored = await rows<{
    id: string;
    environment: string;
    service: string;
    indicator: string;
    label_hash: string;
  }>(
    transaction,
    `insert into indicator_series as i (workspace_id, environment, service, indicator, labels, label_hash, source, unit, view, interval_ms, samples, newest_at)
     select $1, environment, service, indicator, labels, label_hash, source, unit, view, interval_ms, samples, to_timestamp(newest / 1000)
     from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[], $8::text[], $9::text[], $10::float8[], $11::bigint[], $12::float8[])
       as n (environment, service, indicator, labels, label_hash, source, unit, view, interval_ms, samples, newest)
     on conflict (workspace_id, environment, service, indicator, label_hash) do update set
       source = excluded.source, unit = excluded.unit, view = excluded.view, interval_ms = excluded.interval_ms,
       samples = i.samples + excluded.samples, newest_at = greatest(i.newest_at, excluded.newest_at)
     returning id, environment, service, indicator, label_hash`,
    [
      workspaceId,
      sorted.map(({ first }) => first.environment),
      sorted.map(({ first }) => first.service),
      sorted.map(({ first }) => first.indicator),
      sorted.map(({ first }) => jsonText(first.labels)),
      sorted.map(({ first }) => labelHash(first.labels)),
      sorted.map(({ first }) => first.source),
      sorted.map(({ first }) => first.unit),
      sorted.map(({ first }) => first.view),
      sorted.map(({ first }) => first.intervalMs),
      sorted.map((group) => group.ticks.filter((tick) => !Number.isNaN(tick.value)).length),
      sorted.map((group) => Math.max(...group.ticks.map((tick) => tick.timestampMs))),
    ],
  );
  const ids = new Map(
    stored.map((one) => [
      `${one.environment}:${one.service}:${one.indicator}${one.label_hash && `:${one.label_hash}`}`,
      one.id,
    ]),
  );
  await execute(
    transaction,
    `insert into indicator_points (workspace_id, series_id, at, value, expected, band_low, band_high, score)
     select $1, s, to_timestamp(t / 1000), v, e, l, h, c
     from unnest($2::bigint[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[]) as p (s, t, v, e, l, h, c)
     on conflict do nothing`,
    [
      workspaceId,
      numberArray(ticks.map((tick) => ids.get(indicatorId(tick)))),
      numberArray(ticks.map((tick) => tick.timestampMs)),
      numberArray(ticks.map((tick) => tick.value)),
      numberArray(ticks.map((tick) => tick.expected)),
      numberArray(ticks.map((tick) => tick.bandLow)),
      numberArray(ticks.map((tick) => tick.bandHigh)),
      numberArray(ticks.map((tick) => tick.score)),
    ],
  );
}

/** The stable id of an indicator: `environment:service:indicator`, and a hash of its labels where it has any. */
export function indicatorId(indicator: {
  readonly environment: string;
  readonly service: string;
  readonly indicator: string;
  readonly labels: Readonly<Record<string, string>>;
}): string {
  const hash = labelHash(indicator.labels);
  return `${indicator.environment}:${indicator.service}:${indicator.indicator}${hash && `:${hash}`}`;
}

function labelHash(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels).length === 0 ? '' : sha256Hex(canonicalJson(labels)).slice(0, 12);
}
