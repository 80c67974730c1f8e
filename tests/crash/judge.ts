import { appendFileSync } from 'node:fs';
import { keysOf } from '../stand/plan.ts';
import { until, type Placed, type Stand } from '../stand/stand.ts';

/** How a run may end. */
export type Ending = 'succeeded' | 'rolled-back' | 'aborted' | 'needs-human';

const ENDS: readonly string[] = ['succeeded', 'rolled-back', 'rollback-failed', 'aborted', 'needs-human'];
/** Nothing may take longer to come to rest (remediation.md "Figures"). */
export const CEILING_MS = 60_000;

/** What a checker that knows nothing but records and the target's own ledger says of one kill. */
export interface Judgement {
  readonly state: string;
  readonly outcome: string | undefined;
  /** Effects that were owed and are not in the ledger; an untold incident; a message that never came. */
  readonly lost: readonly string[];
  /** Keys that are in the ledger more than once, or that no intent stands for; runs of a plan beyond the first. */
  readonly doubled: readonly string[];
  /** What is not at rest: a run without an end, locks or budget that nobody gave back, an open incident. */
  readonly stuck: readonly string[];
  readonly ms: number;
}

/** Waits for the end of what was placed and judges it. `effects` = steps that must have had their effect by then. */
export async function judge(
  stand: Stand,
  placed: Placed,
  expected: { readonly ends: Ending; readonly done?: number; readonly undone?: number },
): Promise<Judgement> {
  const started = performance.now();
  const stuck: string[] = [];
  const said = async (): Promise<string> => JSON.stringify(await stand.runOf(placed), undefined, 1).slice(0, 3_000);
  const run = await until(
    async () => {
      const now = await stand.runOf(placed);
      return now !== undefined && ENDS.includes(now.state) ? now : undefined;
    },
    CEILING_MS,
    said,
  ).catch(async (fault: unknown) => {
    stuck.push(String(fault));
    return stand.runOf(placed);
  });
  const ms = Math.round(performance.now() - started);
  const lost: string[] = [];
  const doubled: string[] = [];

  const keys = keysOf(placed.plan);
  const owed = [
    ...keys.done.slice(0, expected.done ?? keys.done.length),
    ...keys.undone.slice(0, expected.undone ?? 0),
  ];
  const ledger = stand.effects(placed.plan.steps.map((step) => step.target.name));
  for (const key of owed) if (!ledger.some((effect) => effect.opId === key)) lost.push(`effect ${key}`);
  ledger.forEach((effect, index) => {
    const known = keys.done.includes(effect.opId) || keys.undone.includes(effect.opId);
    if (!known) doubled.push(`effect without intent ${effect.opId}`);
    if (ledger.findIndex((other) => other.opId === effect.opId) !== index) doubled.push(`effect ${effect.opId}`);
  });
  const runs = await stand.store.records.runsOf(stand.workspaceId, placed.incident.id);
  if (runs.filter((one) => one.planId === placed.plan.id).length > 1) doubled.push('run');

  // A step of which nobody knows keeps its target closed, until a person has looked.
  const holds = run?.state === 'needs-human';
  const [locks, budget] = await Promise.all([
    stand.sql<{ target_key: string }>('select target_key from target_locks where holder = $1', [run?.id]),
    stand.sql<{ target_key: string }>(
      'select target_key from action_reservations where holder = $1 and released_at is null',
      [run?.id],
    ),
  ]);
  if (!holds) for (const { target_key } of [...locks, ...budget]) stuck.push(`lock or budget of ${target_key}`);

  const incident = await until(
    async () => {
      const [now, told] = await Promise.all([
        stand.store.records.incident(stand.workspaceId, placed.incident.id),
        stand.store.records.narrative(stand.workspaceId, placed.incident.id),
      ]);
      return holds || (now?.state === 'closed' && told !== undefined) ? now : undefined;
    },
    CEILING_MS,
    () => 'the incident has not been told',
  ).catch(async (fault: unknown) => {
    lost.push(String(fault));
    return stand.store.records.incident(stand.workspaceId, placed.incident.id);
  });

  const type = holds ? 'run.needs-human' : 'run.finished';
  await until(
    () => stand.messages().find(({ body }) => body.type === type && body.data.subjectId === run?.id),
    CEILING_MS,
    () => `no message ${type}`,
  ).catch((fault: unknown) => void lost.push(String(fault)));
  const ids = new Set(
    stand
      .messages()
      .filter(({ body }) => body.type === type && body.data.subjectId === run?.id)
      .map(({ id }) => id),
  );
  if (ids.size > 1) doubled.push('message under another key');
  return { state: run?.state ?? 'none', outcome: incident?.outcome, lost, doubled, stuck, ms };
}

/** Keeps the judgement of a kill where the campaign adds them up. */
export function keep(kill: string, judgement: Judgement): void {
  const file = process.env['AUTOOPS_CRASH_TALLY'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ kill, ...judgement })}\n`);
}
