import { replayIncident, type ReplayAnswer, type ReplayMaterial } from '@autoops/pipeline';
import type { PolicyEngine, RecordReader } from '@autoops/pipeline/ports';
import type { AuditEntry } from '@autoops/contracts';
import type { ReadModels } from '../read-models.ts';
import type { StoredRecord } from '../exports/stored-record.ts';
import { FORECASTER } from './engines.ts';

/** Loads the inputs that an incident's decisions were stored with and recomputes each of them. */
export async function replayRecord(
  store: { readonly records: RecordReader; readonly readModels: ReadModels },
  policy: PolicyEngine,
  workspaceId: string,
  record: StoredRecord,
): Promise<ReplayAnswer> {
  const { records, readModels } = store;
  const withInputs = async <T extends { readonly id: string }, K extends string>(
    kind: 'forecast' | 'plan',
    name: K,
    items: readonly T[],
  ) =>
    Promise.all(
      items.map(
        async (item) =>
          ({ [name]: item, inputs: await records.inputsOf(workspaceId, kind, item.id) }) as Record<K, T> & {
            readonly inputs: unknown;
          },
      ),
    );
  const [anomalies, forecasts, plans, told] = await Promise.all([
    Promise.all(
      record.anomalies.map(async (anomaly) => {
        const snapshot = await records.inputsOf(workspaceId, 'anomaly', anomaly.id);
        return { anomaly, snapshot: snapshot instanceof Uint8Array ? snapshot : undefined };
      }),
    ),
    withInputs('forecast', 'forecast', record.forecasts),
    withInputs('plan', 'plan', record.plans),
    toldOf(store, workspaceId, record.incident.id),
  ]);
  return replayIncident(
    {
      anomalies,
      forecasts,
      plans,
      decisions: record.decisions,
      told,
      // Read last: whatever was read before it is recorded in it.
      audit: await auditOf(readModels, workspaceId, record.incident.id),
    },
    { policy, ...FORECASTER },
  );
}

const READS = 5;

/** The story with what it was told from, of one telling: it may be told again between two reads. */
async function toldOf(
  { records, readModels }: { readonly records: RecordReader; readonly readModels: ReadModels },
  workspaceId: string,
  incidentId: string,
): Promise<ReplayMaterial['told']> {
  for (let reads = 0; reads < READS; reads++) {
    const narrative = await records.narrative(workspaceId, incidentId);
    if (narrative === undefined) return undefined;
    const [inputs, incident] = await Promise.all([
      records.inputsOf(workspaceId, 'narrative', incidentId),
      readModels.incident(workspaceId, incidentId),
    ]);
    const after = await records.narrative(workspaceId, incidentId);
    if (after?.writtenAt === narrative.writtenAt) return { narrative, value: incident?.value, inputs };
  }
  throw new Error('The story is being told again and again; try the replay in a moment.');
}

async function auditOf(
  readModels: ReadModels,
  workspaceId: string,
  incidentId: string,
): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await readModels.audit(workspaceId, { incidentId, cursor, limit: 200 });
    entries.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return entries.toSorted((left, right) => left.seq - right.seq);
}
