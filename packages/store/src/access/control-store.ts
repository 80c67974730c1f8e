import type { Actor, Control } from '@autoops/contracts';
import type { Pool } from 'pg';
import { row, withWorkspace } from '../database.ts';
import { auditId } from '../state/audit-log.ts';

/** Kill switches, flipped by the SQL function `set_control`, which writes the audit entry too. */
export interface ControlStore {
  set(
    workspaceId: string,
    control: {
      readonly scope: string;
      readonly level: Control['level'];
      readonly reason: string;
      readonly actor: Actor;
    },
  ): Promise<{ readonly control: Control; readonly auditId: string }>;
}

export function createControlStore(pool: Pool): ControlStore {
  return {
    set: (workspaceId, { scope, level, reason, actor }) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const changed = await row<{ seq: string; version: number; changed_at: string }>(
          transaction,
          'select seq, version, changed_at from set_control($1, $2, $3, $4, $5, $6)',
          [workspaceId, scope, level, reason, actor.kind, actor.id],
        );
        if (!changed) throw new Error('set_control answers one row.');
        return {
          control: { scope, level, version: changed.version, reason, changedBy: actor, changedAt: changed.changed_at },
          auditId: auditId(Number(changed.seq)),
        };
      }),
  };
}
