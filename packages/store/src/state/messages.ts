import { randomUUIDv7 } from 'node:crypto';
import type { LiveEventDraft } from '@autoops/contracts';
import type { OutboxDraft, Transition } from '@autoops/pipeline/ports';
import { execute, jsonText, row, rows, type Transaction } from '../database.ts';

/** Appends durable live events; browsers learn of them when the transaction commits. */
export async function appendLiveEvents(
  transaction: Transaction,
  workspaceId: string,
  events: readonly LiveEventDraft[],
): Promise<void> {
  if (events.length === 0) return;
  const counter = await row<{ value: string }>(
    transaction,
    `insert into counters as c (workspace_id, name, value) values ($1, 'live-events', $2)
     on conflict (workspace_id, name) do update set value = c.value + $2 returning value`,
    [workspaceId, events.length],
  );
  const last = Number(counter?.value);
  const first = last - events.length + 1;
  await execute(
    transaction,
    `insert into live_events (workspace_id, seq, at, doc)
     select $1, $2 + ordinality - 1, clock_timestamp(), doc from unnest($3::jsonb[]) with ordinality as e (doc, ordinality)`,
    [workspaceId, first, events.map(jsonText)],
  );
  await execute(transaction, 'select pg_notify($1, $2)', ['autoops_live', `${workspaceId} ${first} ${last}`]);
}

/** Owes jobs to the queue. A waiting row of the same queue and subject takes the earlier of the two times. */
export async function appendOutbox(
  transaction: Transaction,
  workspaceId: string,
  jobs: readonly OutboxDraft[],
): Promise<void> {
  const unique = new Map<string, OutboxDraft>();
  for (const job of jobs) {
    const key = `${job.queue}/${job.subjectId}`;
    const known = unique.get(key);
    if (!known || (job.delayMs ?? 0) < (known.delayMs ?? 0)) unique.set(key, job);
  }
  // Sorted: two transactions that owe the same jobs must not wait for each other.
  const sorted = [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, job]) => job);
  if (sorted.length === 0) return;
  await execute(
    transaction,
    `insert into outbox as o (workspace_id, queue, subject_id, available_at, traceparent)
     select $1, queue, subject_id, clock_timestamp() + delay * interval '1 millisecond', traceparent
     from unnest($2::text[], $3::uuid[], $4::float8[], $5::text[]) as j (queue, subject_id, delay, traceparent)
     on conflict (workspace_id, queue, subject_id) where claimed_at is null
     do update set available_at = least(o.available_at, excluded.available_at)`,
    [
      workspaceId,
      sorted.map((job) => job.queue),
      sorted.map((job) => job.subjectId),
      sorted.map((job) => job.delayMs ?? 0),
      sorted.map((job) => job.traceparent ?? null),
    ],
  );
  await execute(transaction, "select pg_notify('autoops_outbox', '')");
}

/** Owes one message to every enabled channel, once per type and subject: a repeated transition finds it there. */
export async function appendNotifications(
  transaction: Transaction,
  workspaceId: string,
  notices: NonNullable<Transition['notify']>,
): Promise<void> {
  for (const notice of notices) {
    const channels = await rows<{ id: string }>(
      transaction,
      'select id from channels where disabled_at is null order by id',
    );
    const created = await rows<{ id: string }>(
      transaction,
      `insert into deliveries (workspace_id, id, channel_id, message_id, type, subject_id, incident_id, state)
       select $1, id, channel_id, $4, $5, $6, $7, 'waiting' from unnest($2::uuid[], $3::uuid[]) as d (id, channel_id)
       on conflict (workspace_id, channel_id, message_id) do nothing returning id`,
      [
        workspaceId,
        channels.map(() => randomUUIDv7()),
        channels.map((channel) => channel.id),
        messageId(notice),
        notice.type,
        notice.subjectId,
        notice.incidentId,
      ],
    );
    await appendOutbox(
      transaction,
      workspaceId,
      created.map(({ id }) => ({ queue: 'deliveries', subjectId: id })),
    );
  }
}

/** The webhook id of a notice: the same on every retry, so that a receiver can drop what it has seen. */
function messageId(notice: { readonly type: string; readonly subjectId: string }): string {
  return `msg_${notice.type.replaceAll('.', '_')}_${notice.subjectId}`;
}
