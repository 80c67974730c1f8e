import type { QueueName, Timings } from '@autoops/contracts';
import type { Pool } from 'pg';
import { rows, withWorkspace, type Transaction } from '../database.ts';
import { listWorkspaces } from '../readers/router.ts';

/** Something that waits although nothing is owed to the queue for it: its job was lost, or its time has come. */
export interface Runnable {
  readonly workspaceId: string;
  readonly queue: QueueName;
  readonly subjectId: string;
  readonly traceparent: string | undefined;
  /** `lost`: a stage owns it and nobody works it. `expired`: an approval or an `awaiting-execute` is past its time. */
  readonly why: 'lost' | 'expired';
}

type Found = { subject_id: string; queue: QueueName; traceparent: string | null };

/** No row of the outbox stands for it, whatever its time: a postponed job is not a lost one. */
const NOT_OWED = (queue: string, subject: string): string =>
  `not exists (select from outbox o where o.workspace_id = x.workspace_id and o.queue = ${queue} and o.subject_id = ${subject})`;

/**
 * Everything due in every workspace. A subject counts as lost when nothing has touched it for `idleMs` (default: one sweep).
 * Paused runs wait for a person and are left alone.
 */
export async function findRunnable(
  pool: Pool,
  timings: Pick<Timings, 'sweeperMs' | 'awaitingExecuteMs'>,
  idleMs = timings.sweeperMs,
): Promise<readonly Runnable[]> {
  const found: Runnable[] = [];
  for (const workspace of await listWorkspaces(pool)) {
    const [lost, expired] = await withWorkspace(
      pool,
      workspace.id,
      async (transaction) =>
        [
          [
            ...(await lostIncidents(transaction, idleMs)),
            ...(await lostSteps(transaction, idleMs)),
            ...(await lostShards(transaction, idleMs)),
            ...(await dueDeliveries(transaction, idleMs)),
          ],
          await expiredWaits(transaction, timings.awaitingExecuteMs),
        ] as const,
    );
    const add = (why: Runnable['why'], ones: readonly Found[]): void => {
      for (const one of ones)
        found.push({
          workspaceId: workspace.id,
          queue: one.queue,
          subjectId: one.subject_id,
          traceparent: one.traceparent ?? undefined,
          why,
        });
    };
    add('lost', lost);
    add('expired', expired);
  }
  return found;
}

/** Incidents whose state a stage owns; `awaiting-decision` only once people have decided; closed ones until they are explained. */
function lostIncidents(transaction: Transaction, idleMs: number): Promise<Found[]> {
  return rows(
    transaction,
    `with x as (
       select i.workspace_id, i.id as subject_id, i.doc ->> 'traceparent' as traceparent,
         case i.state when 'detected' then 'forecaster' when 'forecasted' then 'planner' when 'planned' then 'policy'
           when 'awaiting-decision' then 'policy' else 'explainer' end as queue
       from incidents i
       where i.updated_at < clock_timestamp() - $1 * interval '1 millisecond' and (
         i.state in ('detected', 'forecasted', 'planned')
         or (i.state = 'awaiting-decision' and exists (
           select from plans p where p.workspace_id = i.workspace_id and p.id = i.plan_id and p.state in ('approved', 'allowed', 'draft')))
         or (i.state = 'closed' and i.outcome <> 'merged' and i.closed_at > now() - interval '1 day'
           and not exists (select from narratives n where n.workspace_id = i.workspace_id and n.incident_id = i.id))))
     select subject_id, queue, traceparent from x where ${NOT_OWED('x.queue', 'x.subject_id')}`,
    [idleMs],
  );
}

/** One step for each run that should move: the remediator finds the rest from there. */
function lostSteps(transaction: Transaction, idleMs: number): Promise<Found[]> {
  return rows(
    transaction,
    `with x as (
       select r.workspace_id, r.doc ->> 'traceparent' as traceparent, next.*
       from runs r cross join lateral (
         select s.id as subject_id, s.state, s.next_attempt_at, s.updated_at as touched_at from steps s where s.workspace_id = r.workspace_id and s.run_id = r.id
         order by case
           when r.state in ('queued', 'running') then case when s.state in ('pending', 'claimed', 'intent', 'dispatched', 'unknown') then s.index else 1000000 - s.index end
           when r.state = 'rolling-back' then case when s.state in ('compensated', 'skipped', 'pending') then 1000000 - s.index else -s.index end
           else -s.index end
         limit 1) next
       where r.state in ('queued', 'running', 'verifying', 'rolling-back')
         and greatest(r.updated_at, next.touched_at) < clock_timestamp() - $1 * interval '1 millisecond'
         and (next.next_attempt_at is null or next.next_attempt_at <= clock_timestamp())
         -- a call may take longer than a sweep: while its worker holds the lease it is not lost
         and not (next.state in ('claimed', 'intent', 'dispatched') and exists (
           select from target_locks l where l.workspace_id = r.workspace_id and l.holder = r.id::text and l.expires_at > clock_timestamp())))
     select subject_id, 'remediator' as queue, traceparent from x where ${NOT_OWED("'remediator'", 'x.subject_id')}`,
    [idleMs],
  );
}

function lostShards(transaction: Transaction, idleMs: number): Promise<Found[]> {
  return rows(
    transaction,
    `select x.id as subject_id, 'detector' as queue, null as traceparent
     from shards x join shard_checkpoints c on c.workspace_id = x.workspace_id and c.shard_id = x.id
     where (x.next_sequence - 1 > c.sequence or x.newest_log_id > c.log_id or x.newest_alert_revision > c.alert_revision)
       and greatest(x.changed_at, c.updated_at) < clock_timestamp() - $1 * interval '1 millisecond' and ${NOT_OWED("'detector'", 'x.id')}`,
    [idleMs],
  );
}

function dueDeliveries(transaction: Transaction, idleMs: number): Promise<Found[]> {
  return rows(
    transaction,
    `select x.id as subject_id, 'deliveries' as queue, null as traceparent from deliveries x
     where x.state = 'waiting' and x.next_attempt_at < clock_timestamp() - $1 * interval '1 millisecond' and ${NOT_OWED("'deliveries'", 'x.id')}`,
    [idleMs],
  );
}

/** Incidents that wait for a decision whose time is over: the policy stage judges them again and lets them expire. */
function expiredWaits(transaction: Transaction, awaitingExecuteMs: number): Promise<Found[]> {
  return rows(
    transaction,
    `with x as (
       select i.workspace_id, i.id as subject_id, i.doc ->> 'traceparent' as traceparent from incidents i
         join plans p on p.workspace_id = i.workspace_id and p.id = i.plan_id
         left join lateral (select a.* from approvals a where a.workspace_id = p.workspace_id and a.plan_id = p.id order by a.created_at desc limit 1) a on true
       where i.state = 'awaiting-decision' and (
         (a.state = 'waiting' and a.expires_at < clock_timestamp())
         or (a.state = 'approved' and a.dispatch_by < clock_timestamp())
         or (p.state = 'awaiting-execute' and p.state_since < clock_timestamp() - $1 * interval '1 millisecond')))
     select subject_id, 'policy' as queue, traceparent from x where ${NOT_OWED("'policy'", 'x.subject_id')}`,
    [awaitingExecuteMs],
  );
}
