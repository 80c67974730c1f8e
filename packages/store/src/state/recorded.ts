import type { AuditDraft, LiveEventDraft } from '@autoops/contracts';
import type { Pool } from 'pg';
import { withWorkspace, type Transaction } from '../database.ts';
import { applyTransition } from './commit.ts';

/** How a deed is told: its entry in the audit log, and what open pages hear of it. */
export interface Telling {
  readonly audit: AuditDraft;
  readonly events?: readonly LiveEventDraft[] | undefined;
}

/**
 * Does `work` and tells of it in one transaction, for what people keep beside the loop (labels, annotations, preferences): the
 * loop's own decisions are transitions. Returns the audit id with what `work` answered; no audit, no deed.
 */
export function recorded<T>(
  pool: Pool,
  workspaceId: string,
  telling: Telling,
  work: (transaction: Transaction) => Promise<T>,
): Promise<{ readonly auditId: string; readonly value: T }> {
  return withWorkspace(pool, workspaceId, async (transaction) => {
    const { auditIds } = await applyTransition(transaction, {
      workspaceId,
      writes: [],
      audit: [telling.audit],
      events: telling.events ?? [],
    });
    return { auditId: auditIds[0] ?? '', value: await work(transaction) };
  });
}
