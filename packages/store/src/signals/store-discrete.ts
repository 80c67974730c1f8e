import { createHash } from 'node:crypto';
import type { AlertSignal, ChangeEvent, LogRecord, Redaction } from '@autoops/contracts';
import { jsonText, plainText, rows, type Transaction } from '../database.ts';
import { nameOf } from './name-of.ts';

/** How many were new, and per shard the highest position the detector has to look up to. */
export interface StoredDiscrete {
  readonly stored: number;
  readonly duplicates: number;
  readonly newest: ReadonlyMap<string, number>;
}

/** Log records, each with its shard. A record that is sent again has the same hash and time, and is counted as a duplicate. */
export async function storeLogs(
  transaction: Transaction,
  workspaceId: string,
  source: string,
  logs: readonly LogRecord[],
  shardIds: readonly string[],
  redactions: readonly Redaction[],
): Promise<StoredDiscrete> {
  if (logs.length === 0) return { stored: 0, duplicates: 0, newest: new Map() };
  const stored = await rows<{ id: string; shard_id: string }>(
    transaction,
    `insert into logs (workspace_id, content_hash, at, shard_id, source, environment, service, severity, body, labels, redactions)
     select $1, hash, at, shard_id, $2, environment, service, severity, body, labels, $3::jsonb
     from unnest($4::bytea[], $5::timestamptz[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::jsonb[])
       as l (hash, at, shard_id, environment, service, severity, body, labels)
     on conflict do nothing returning id, shard_id`,
    [
      workspaceId,
      source,
      redactions.length > 0 ? jsonText(redactions) : null,
      logs.map((log) => contentHash(source, log)),
      logs.map((log) => log.timestamp),
      shardIds,
      logs.map((log) => nameOf(log.labels.environment)),
      logs.map((log) => nameOf(log.labels.service)),
      logs.map((log) => log.severity),
      logs.map((log) => plainText(log.body)),
      logs.map((log) => jsonText(log.labels)),
    ],
  );
  return {
    stored: stored.length,
    duplicates: logs.length - stored.length,
    newest: highest(stored.map((one) => [one.shard_id, Number(one.id)])),
  };
}

function contentHash(source: string, log: LogRecord): Buffer {
  const labels = Object.entries(log.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([source, Date.parse(log.timestamp), log.severity, log.body, labels]))
    .digest();
}

/** Change events, idempotent on source and id. Without a time of its own an event counts from its receipt. */
export async function storeEvents(
  transaction: Transaction,
  workspaceId: string,
  events: readonly ChangeEvent[],
  redactions: readonly Redaction[],
): Promise<{ readonly stored: number; readonly duplicates: number }> {
  if (events.length === 0) return { stored: 0, duplicates: 0 };
  const received = new Date().toISOString();
  const stored = await rows(
    transaction,
    `insert into change_events (workspace_id, source, event_id, environment, service, at, doc, redactions)
     select $1, source, id, environment, service, at, doc, $2::jsonb
     from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::jsonb[]) as e (source, id, environment, service, at, doc)
     on conflict do nothing returning 1`,
    [
      workspaceId,
      redactions.length > 0 ? jsonText(redactions) : null,
      events.map((event) => plainText(event.source)),
      events.map((event) => plainText(event.id)),
      events.map((event) => event.data.environment),
      events.map((event) => event.data.service),
      events.map((event) => event.time ?? received),
      events.map((event) => jsonText({ ...event, time: event.time ?? received })),
    ],
  );
  return { stored: stored.length, duplicates: events.length - stored.length };
}

/**
 * Alerts, idempotent on key and start. The only change is from firing to resolved, so that both may come in any order and any
 * number of times.
 */
export async function storeAlerts(
  transaction: Transaction,
  workspaceId: string,
  alerts: readonly AlertSignal[],
  shardIds: readonly string[],
  redactions: readonly Redaction[],
): Promise<StoredDiscrete> {
  const unique = new Map<string, number>(); // a statement cannot touch a row twice; the resolved one of two stands
  alerts.forEach((alert, index) => {
    const key = `${alert.key}\0${Date.parse(alert.startsAt)}`;
    if (!unique.has(key) || alert.status === 'resolved') unique.set(key, index);
  });
  const kept = [...unique.values()].flatMap((index) => {
    const alert = alerts[index];
    return alert ? [{ alert, shardId: shardIds[index] }] : [];
  });
  if (kept.length === 0) return { stored: 0, duplicates: 0, newest: new Map() };
  const stored = await rows<{ revision: string; shard_id: string }>(
    transaction,
    `insert into alerts as a (workspace_id, key, starts_at, shard_id, status, doc, redactions)
     select $1, key, starts_at, shard_id, status, doc, $2::jsonb
     from unnest($3::text[], $4::timestamptz[], $5::uuid[], $6::text[], $7::jsonb[]) as n (key, starts_at, shard_id, status, doc)
     on conflict (workspace_id, key, starts_at) do update
       set status = excluded.status, doc = excluded.doc, revision = nextval('alert_revisions'), received_at = now()
       where a.status = 'firing' and excluded.status = 'resolved'
     returning revision, shard_id`,
    [
      workspaceId,
      redactions.length > 0 ? jsonText(redactions) : null,
      kept.map(({ alert }) => plainText(alert.key)),
      kept.map(({ alert }) => alert.startsAt),
      kept.map(({ shardId }) => shardId),
      kept.map(({ alert }) => alert.status),
      kept.map(({ alert }) => jsonText(alert)),
    ],
  );
  return {
    stored: stored.length,
    duplicates: alerts.length - stored.length,
    newest: highest(stored.map((one) => [one.shard_id, Number(one.revision)])),
  };
}

function highest(pairs: readonly (readonly [string, number])[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const [key, value] of pairs) result.set(key, Math.max(value, result.get(key) ?? 0));
  return result;
}
