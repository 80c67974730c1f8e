import type { CommitResult, StateStore, Transition } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { sqlState, withWorkspace, type Transaction } from '../database.ts';
import { appendAudit, lockAuditHead } from './audit-log.ts';
import { check } from './guards.ts';
import { appendLiveEvents, appendNotifications, appendOutbox } from './messages.ts';
import { Refused } from './refused.ts';
import { write } from './writes.ts';

type Committed = Extract<CommitResult, { ok: true }>;

/**
 * Applies a transition inside a transaction that the caller commits: guards, writes, audit entries, live events and outbox rows.
 * Throws `Refused` for a guard or compare-and-set that misses; the caller must then roll back.
 */
export async function applyTransition(transaction: Transaction, transition: Transition): Promise<Committed> {
  const { workspaceId, audit, events = [] } = transition;
  // First of all locks, always: the order of entries and events is the order of commits, and no two transitions deadlock.
  const head = audit.length > 0 || events.length > 0 ? await lockAuditHead(transaction, workspaceId) : undefined;
  let epochs: Readonly<Record<string, number>> = {};
  for (const guard of transition.guards ?? [])
    epochs = { ...epochs, ...(await check(transaction, workspaceId, guard)) };
  let incidentNumber: number | undefined;
  for (const change of transition.writes)
    incidentNumber = (await write(transaction, workspaceId, change)).incidentNumber ?? incidentNumber;
  const auditIds = head ? await appendAudit(transaction, workspaceId, head, audit) : [];
  await appendLiveEvents(transaction, workspaceId, events);
  await appendOutbox(transaction, workspaceId, transition.outbox ?? []);
  await appendNotifications(transaction, workspaceId, transition.notify ?? []);
  return { ok: true, auditIds, epochs, ...(incidentNumber === undefined ? {} : { incidentNumber }) };
}

const UNIQUE_VIOLATION = '23505';
const DEADLOCK = '40P01';
const ATTEMPTS = 3;

/** A transition that lost to another one: a refusal, or a row that somebody else has inserted meanwhile. */
export function refusalOf(error: unknown): Extract<CommitResult, { ok: false }> | undefined {
  if (error instanceof Refused) return { ok: false, refusal: error.refusal, detail: error.detail };
  if (sqlState(error) === UNIQUE_VIOLATION) return { ok: false, refusal: 'conflict', detail: (error as Error).message };
  return undefined;
}

/** The store that makes every decision durable: all of a transition, or nothing of it and the reason. */
export function createStateStore(pool: Pool): StateStore {
  return {
    async commit(transition) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await withWorkspace(pool, transition.workspaceId, (transaction) =>
            applyTransition(transaction, transition),
          );
        } catch (error) {
          const refusal = refusalOf(error);
          if (refusal) return refusal;
          if (sqlState(error) !== DEADLOCK || attempt >= ATTEMPTS) throw error; // nothing of it was written: it may be tried again
        }
      }
    },
  };
}
