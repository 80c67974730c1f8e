import type { Evidence, Incident, Run } from '@autoops/contracts';
import type { Write } from '@autoops/pipeline/ports';
import { execute, jsonText, plainText, row, type Transaction } from '../database.ts';
import { recordBreakerOutcome } from './breakers.ts';
import { patchDocument } from './documents.ts';
import { Refused } from './refused.ts';

/** An anomaly that has joined an incident or has ended stays so, also when a shard that had read it before writes it again. */
const KEPT_OF_ANOMALY = `jsonb_strip_nulls(jsonb_build_object('incidentId', anomalies.doc -> 'incidentId', 'closedAt', anomalies.doc -> 'closedAt'))`;

/** Performs one write of a transition; throws `Refused` with `conflict` when the row is no longer as the decision found it. */
export async function write(
  transaction: Transaction,
  workspaceId: string,
  change: Write,
): Promise<{ readonly incidentNumber?: number }> {
  switch (change.kind) {
    case 'incident.insert':
      return { incidentNumber: await insertIncident(transaction, workspaceId, change.incident) };
    case 'incident.update':
      return expectChange(
        change.kind,
        change.id,
        await patchDocument(
          transaction,
          'incidents',
          change.id,
          { updatedAt: new Date().toISOString(), ...change.set, version: change.expectedVersion + 1 },
          'version = $4',
          [change.expectedVersion],
        ),
      );
    case 'anomaly.upsert':
      await execute(
        transaction,
        `insert into anomalies (workspace_id, id, doc, snapshot) values ($1, $2, $3, $4)
         on conflict (workspace_id, id) do update set doc = ${KEPT_OF_ANOMALY} || excluded.doc, snapshot = coalesce(excluded.snapshot, anomalies.snapshot), updated_at = clock_timestamp()`,
        [
          workspaceId,
          change.anomaly.id,
          jsonText(change.anomaly),
          change.snapshot ? Buffer.from(change.snapshot) : null,
        ],
      );
      return {};
    case 'forecast.insert':
      await execute(transaction, 'insert into forecasts (workspace_id, id, doc, inputs) values ($1, $2, $3, $4)', [
        workspaceId,
        change.forecast.id,
        jsonText(change.forecast),
        jsonText(change.inputs),
      ]);
      return {};
    case 'plan.insert':
      await execute(transaction, 'insert into plans (workspace_id, id, doc, inputs) values ($1, $2, $3, $4)', [
        workspaceId,
        change.plan.id,
        jsonText(change.plan),
        jsonText(change.inputs),
      ]);
      return {};
    case 'plan.update':
      return expectChange(
        change.kind,
        change.id,
        await patchDocument(
          transaction,
          'plans',
          change.id,
          change.set,
          'state = any ($4)',
          [change.expectedStates],
          change.set.state === undefined ? '' : ', state_since = clock_timestamp()',
        ),
      );
    case 'decision.insert':
      // Its id follows from what was asked and when: the same question asked twice is one decision.
      await insertDocument(transaction, 'decisions', workspaceId, change.decision, ' on conflict do nothing');
      return {};
    case 'approval.insert':
      await insertDocument(transaction, 'approvals', workspaceId, change.approval);
      return {};
    case 'approval.update':
      return expectChange(
        change.kind,
        change.id,
        await patchDocument(
          transaction,
          'approvals',
          change.id,
          { ...change.set, version: change.expectedVersion + 1 },
          'version = $4',
          [change.expectedVersion],
        ),
      );
    case 'run.insert':
      await insertRun(transaction, workspaceId, change.run);
      return {};
    case 'run.update':
      expectChange(
        change.kind,
        change.id,
        await patchDocument(
          transaction,
          'runs',
          change.id,
          { ...change.set, version: change.expectedVersion + 1 },
          'version = $4',
          [change.expectedVersion],
        ),
      );
      await keepRollbackToken(transaction, workspaceId, change.id, change.set.rollbackToken);
      return {};
    case 'step.update':
      return expectChange(
        change.kind,
        change.id,
        await patchDocument(transaction, 'steps', change.id, change.set, 'state = $4 and epoch = $5', [
          change.expectedState,
          change.expectedEpoch,
        ]),
      );
    case 'run-log.append':
      await appendRunLog(transaction, workspaceId, change.runId, change.lines);
      return {};
    case 'evidence.insert':
      return expectChange(
        change.kind,
        change.evidence.incidentId,
        await insertEvidence(transaction, workspaceId, change.evidence),
      );
    case 'narrative.upsert':
      await upsertOfIncident(transaction, 'narratives', workspaceId, change.narrative);
      await execute(transaction, 'update narratives set inputs = $2 where incident_id = $1', [
        change.narrative.incidentId,
        jsonText(change.inputs),
      ]);
      return {};
    case 'value.upsert':
      await upsertOfIncident(transaction, 'incident_values', workspaceId, change.value);
      return {};
    case 'breaker.record':
      await recordBreakerOutcome(transaction, workspaceId, change);
      return {};
    case 'locks.release':
      await execute(transaction, 'update target_locks set holder = null, expires_at = null where holder = $1', [
        change.holder,
      ]);
      return {};
    case 'budget.release':
      await execute(
        transaction,
        'update action_reservations set released_at = clock_timestamp() where holder = $1 and released_at is null',
        [change.holder],
      );
      return {};
  }
}

function expectChange(kind: Write['kind'], id: string, changed: boolean): Record<string, never> {
  if (!changed) throw new Refused('conflict', `${kind} ${id}: the row has moved on since it was read`);
  return {};
}

async function insertDocument(
  transaction: Transaction,
  table: 'decisions' | 'approvals' | 'runs' | 'steps',
  workspaceId: string,
  document: { readonly id: string },
  again = '',
): Promise<void> {
  await execute(transaction, `insert into ${table} (workspace_id, id, doc) values ($1, $2, $3)${again}`, [
    workspaceId,
    document.id,
    jsonText(document),
  ]);
}

async function insertIncident(
  transaction: Transaction,
  workspaceId: string,
  incident: Omit<Incident, 'number'>,
): Promise<number> {
  const counter = await row<{ value: string }>(
    transaction,
    `insert into counters as c (workspace_id, name, value) values ($1, 'incidents', 1)
     on conflict (workspace_id, name) do update set value = c.value + 1 returning value`,
    [workspaceId],
  );
  const number = Number(counter?.value);
  await execute(transaction, 'insert into incidents (workspace_id, id, doc) values ($1, $2, $3)', [
    workspaceId,
    incident.id,
    jsonText({ ...incident, number }),
  ]);
  return number;
}

/** Numbers evidence within its incident; answers whether the incident is there. */
async function insertEvidence(
  transaction: Transaction,
  workspaceId: string,
  evidence: Omit<Evidence, 'id'>,
): Promise<boolean> {
  const inserted = await execute(
    transaction,
    `with numbered as (update incidents set evidence_count = evidence_count + 1 where id = $2 returning evidence_count)
     insert into evidence (workspace_id, incident_id, ordinal, doc)
     select $1, $2, evidence_count, $3::jsonb || jsonb_build_object('id', 'E' || evidence_count) from numbered`,
    [workspaceId, evidence.incidentId, jsonText(evidence)],
  );
  return inserted === 1;
}

async function insertRun(transaction: Transaction, workspaceId: string, run: Run): Promise<void> {
  const { steps, ...rest } = run;
  await insertDocument(transaction, 'runs', workspaceId, rest);
  for (const step of steps) await insertDocument(transaction, 'steps', workspaceId, step);
  await keepRollbackToken(transaction, workspaceId, run.id, run.rollbackToken);
}

/** The token's row makes it single-use: a used or void one never becomes valid again, whatever the run's document says. */
async function keepRollbackToken(
  transaction: Transaction,
  workspaceId: string,
  runId: string,
  token: Run['rollbackToken'],
): Promise<void> {
  if (!token) return;
  await execute(
    transaction,
    `insert into rollback_tokens as t (workspace_id, id, run_id, state, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (workspace_id, id) do update set state = excluded.state where t.state = 'valid'`,
    [workspaceId, token.id, runId, token.state, token.expiresAt],
  );
}

async function appendRunLog(
  transaction: Transaction,
  workspaceId: string,
  runId: string,
  lines: Extract<Write, { kind: 'run-log.append' }>['lines'],
): Promise<void> {
  if (lines.length === 0) return;
  // The counter's row lock gives concurrent writers of one run numbers in turn.
  const counted = await row<{ log_lines: number }>(
    transaction,
    'update runs set log_lines = log_lines + $2 where id = $1 returning log_lines',
    [runId, lines.length],
  );
  if (!counted) throw new Refused('conflict', `run-log.append ${runId}: no such run`);
  const first = counted.log_lines - lines.length;
  await execute(
    transaction,
    `insert into run_log (workspace_id, run_id, line, at, level, step_index, text)
     select $1, $2, $3 + ordinality, l.at, l.level, l.step_index, l.text
     from unnest($4::timestamptz[], $5::text[], $6::integer[], $7::text[]) with ordinality as l (at, level, step_index, text, ordinality)`,
    [
      workspaceId,
      runId,
      first,
      lines.map((line) => line.at),
      lines.map((line) => line.level),
      lines.map((line) => line.stepIndex ?? null),
      lines.map((line) => plainText(line.text)),
    ],
  );
}

async function upsertOfIncident(
  transaction: Transaction,
  table: 'narratives' | 'incident_values',
  workspaceId: string,
  document: { readonly incidentId: string },
): Promise<void> {
  await execute(
    transaction,
    `insert into ${table} (workspace_id, incident_id, doc) values ($1, $2, $3)
     on conflict (workspace_id, incident_id) do update set doc = excluded.doc, updated_at = clock_timestamp()`,
    [workspaceId, document.incidentId, jsonText(document)],
  );
}
