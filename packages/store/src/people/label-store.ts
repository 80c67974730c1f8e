import type { Actor, AnomalyLabel, LabelValue } from '@autoops/contracts';
import type { Pool } from 'pg';
import { execute, isUuid, plainText, rows, withWorkspace } from '../database.ts';
import { present } from '../read-models/services.ts';
import { recorded, type Telling } from '../state/recorded.ts';

/** What people say of anomalies. Setting again replaces one's own label; nobody changes another's. */
export interface LabelStore {
  /** All labels of an incident's anomalies, the newest first. */
  ofIncident(workspaceId: string, incidentId: string): Promise<readonly AnomalyLabel[]>;
  ofAnomaly(workspaceId: string, anomalyId: string): Promise<readonly AnomalyLabel[]>;
  /** Returns the audit id. */
  set(
    workspaceId: string,
    anomalyIds: readonly string[],
    given: { readonly label: LabelValue; readonly reason?: string | undefined; readonly by: Actor },
    telling: Telling,
  ): Promise<string>;
  /** Takes back what this person said of these; returns the audit id. */
  revoke(workspaceId: string, anomalyIds: readonly string[], subject: string, telling: Telling): Promise<string>;
}

interface StoredLabel {
  readonly anomaly_id: string;
  readonly subject: string;
  readonly subject_kind: Actor['kind'];
  readonly label: LabelValue;
  readonly reason: string | null;
  readonly labelled_at: Date;
}

const labelOf = (stored: StoredLabel): AnomalyLabel => ({
  anomalyId: stored.anomaly_id,
  label: stored.label,
  ...present('reason', stored.reason ?? undefined),
  labelledBy: { kind: stored.subject_kind, id: stored.subject },
  labelledAt: stored.labelled_at.toISOString(),
});

export function createLabelStore(pool: Pool): LabelStore {
  const select = async (workspaceId: string, condition: string, id: string): Promise<readonly AnomalyLabel[]> =>
    isUuid(id)
      ? withWorkspace(pool, workspaceId, async (transaction) =>
          (
            await rows<StoredLabel>(
              transaction,
              `select l.* from anomaly_labels l where ${condition} order by l.labelled_at desc, l.anomaly_id, l.subject`,
              [id],
            )
          ).map(labelOf),
        )
      : [];
  return {
    ofIncident: (workspaceId, incidentId) =>
      select(
        workspaceId,
        'exists (select from anomalies a where a.workspace_id = l.workspace_id and a.id = l.anomaly_id and a.incident_id = $1)',
        incidentId,
      ),
    ofAnomaly: (workspaceId, anomalyId) => select(workspaceId, 'l.anomaly_id = $1', anomalyId),
    set: async (workspaceId, anomalyIds, { label, reason, by }, telling) =>
      (
        await recorded(pool, workspaceId, telling, (transaction) =>
          execute(
            transaction,
            `insert into anomaly_labels (workspace_id, anomaly_id, subject, subject_kind, label, reason, labelled_at)
             select $1, unnest($2::uuid[]), $3, $4, $5, $6, clock_timestamp()
             on conflict (workspace_id, anomaly_id, subject) do update
               set label = excluded.label, reason = excluded.reason, subject_kind = excluded.subject_kind, labelled_at = excluded.labelled_at`,
            [
              workspaceId,
              [...new Set(anomalyIds)],
              by.id,
              by.kind,
              label,
              reason === undefined ? null : plainText(reason),
            ],
          ),
        )
      ).auditId,
    revoke: async (workspaceId, anomalyIds, subject, telling) =>
      (
        await recorded(pool, workspaceId, telling, (transaction) =>
          execute(transaction, 'delete from anomaly_labels where anomaly_id = any ($1::uuid[]) and subject = $2', [
            anomalyIds,
            subject,
          ]),
        )
      ).auditId,
  };
}
