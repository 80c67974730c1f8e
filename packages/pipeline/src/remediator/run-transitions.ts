import { clockText } from '@autoops/charts';
import {
  incidentName,
  type Action,
  type Reason,
  type Run,
  type RunLogLine,
  type Verification,
} from '@autoops/contracts';
import type { Transition, Write } from '../ports/state-store.ts';
import { settle } from '../incident/settle.ts';
import { sampleWords } from './sample-words.ts';
import { timer, type RunScene } from './step-transitions.ts';

type RunSet = Extract<Write, { kind: 'run.update' }>['set'];

/** How often a timer re-enters a run that waits for a signal, a canary or its verification. */
export const POLL_MS = 1_000;

function runWrites(scene: RunScene, set: RunSet, text: string, level: RunLogLine['level'] = 'info'): readonly Write[] {
  return [
    { kind: 'run.update', id: scene.run.id, expectedVersion: scene.run.version, set },
    { kind: 'run-log.append', runId: scene.run.id, lines: [{ at: scene.now.toISOString(), level, text }] },
  ];
}

/** A change of the run that does not move its incident. */
export function runTransition(
  scene: RunScene,
  change: {
    readonly reason: Reason;
    readonly summary: string;
    readonly set: RunSet;
    readonly level?: RunLogLine['level'];
    readonly writes?: readonly Write[];
    readonly delayMs?: number;
    readonly importance?: number;
  },
): Transition {
  const { workspaceId, run, incident } = scene;
  const first = run.steps[0];
  return {
    workspaceId,
    writes: [...runWrites(scene, change.set, change.summary, change.level), ...(change.writes ?? [])],
    audit: [
      {
        actor: { kind: 'system', id: 'remediator' },
        verb: `run.${change.reason}`,
        subject: { kind: 'run', id: run.id },
        incidentId: incident.id,
        stage: 'remediator',
        reason: change.reason,
        summary: change.summary,
        importance: change.importance ?? 2,
        lane: 'action',
      },
    ],
    events: [runChanged(run, change.set.state ?? run.state)],
    outbox: change.delayMs === undefined || first === undefined ? [] : [timer(run, first, change.delayMs)],
  };
}

function runChanged(run: Run, state: Run['state']) {
  return {
    type: 'run.changed' as const,
    subject: { kind: 'run', id: run.id },
    incidentId: run.incidentId,
    environment: run.environment,
    service: run.service,
    data: { state },
  };
}

/** queued -> running. Sets: state, startedAt. */
export function startRunning(scene: RunScene): Transition {
  return runTransition(scene, {
    reason: 'run-started',
    summary: `Run started: ${scene.plan.title}.`,
    set: { state: 'running', startedAt: scene.now.toISOString() },
  });
}

/** All steps applied: running -> verifying, incident executing -> verifying. Sets: state, verification. */
export function startVerifying(scene: RunScene, verification: Verification): Transition {
  const { run, now } = scene;
  return settleRun(scene, 'verifying', `All steps applied; an independent signal now says whether it helped.`, {
    set: { state: 'verifying', verification },
    importance: 2,
    writes: [],
    delayMs: POLL_MS,
    verb: 'run.verifying',
    detail: {
      worstBefore: verification.worstBefore,
      startedAt: verification.startedAt ?? now.toISOString(),
      runId: run.id,
    },
  });
}

type Sample = Verification['samples'][number];

const sampleKey = ({ service, indicator, at }: Sample): string => `${service} ${indicator} ${at}`;

const clock = (instant: string): string => clockText(Date.parse(instant), true);

/** New samples of a verification that goes on; no audit entry for each, the verdict carries them all. */
export function keepVerifying(scene: RunScene, verification: Verification): Transition {
  const { workspaceId, run } = scene;
  // They come grouped by their signal: what is new stands between what was there.
  const known = new Set(run.verification.samples.map(sampleKey));
  const fresh = verification.samples.filter((sample) => !known.has(sampleKey(sample)));
  const unwatched = (verification.unwatched ?? []).slice(run.verification.unwatched?.length ?? 0);
  return {
    workspaceId,
    writes: [
      { kind: 'run.update', id: run.id, expectedVersion: run.version, set: { verification } },
      {
        kind: 'run-log.append',
        runId: run.id,
        lines: [
          ...unwatched.map(({ from, to }) => ({
            at: scene.now.toISOString(),
            level: 'warn' as const,
            text: `No worker watched from ${clock(from)} to ${clock(to)} UTC: the verification goes on with the time that was left`,
          })),
          ...fresh.map((sample) => ({
            at: scene.now.toISOString(),
            level: sample.good ? ('info' as const) : ('warn' as const),
            text: sampleWords(sample),
          })),
        ],
      },
    ],
    audit: [],
    events: [runChanged(run, run.state)],
  };
}

/** The verification said yes: run succeeded, steps verified, incident closed as verified. Frees locks and budget in this very transaction. */
export function succeed(scene: RunScene, verification: Verification): Transition {
  const { run, now } = scene;
  return settleRun(scene, 'verified', `Verified: ${verification.reason}`, {
    set: { state: 'succeeded', verification, finishedAt: now.toISOString(), reason: 'verified' },
    writes: [
      ...run.steps
        .filter((step) => step.state === 'applied')
        .map((step): Write => ({
          kind: 'step.update',
          id: step.id,
          expectedState: 'applied',
          expectedEpoch: step.epoch,
          set: { state: 'verified' },
        })),
      ...breakerWrites(scene, 'success'),
      ...release(run),
    ],
    importance: 3,
    verb: 'run.succeeded',
    notify: 'run.finished',
  });
}

/** No data came: hold, page, and let a person decide; nothing is undone by itself. The rollback token stays valid. */
export function holdInconclusive(scene: RunScene, verification: Verification): Transition {
  const { run, now } = scene;
  return settleRun(scene, 'inconclusive', `Inconclusive: ${verification.reason}`, {
    set: { state: 'needs-human', verification, finishedAt: now.toISOString(), reason: 'inconclusive' },
    writes: [...breakerWrites(scene, 'failure'), ...release(run)],
    importance: 3,
    verb: 'run.inconclusive',
    notify: 'run.needs-human',
  });
}

/** Something was bad after dispatch: the applied steps are undone in reverse. Sets: state, reason, verification. */
export function startRollingBack(
  scene: RunScene,
  reason: Reason,
  detail: string,
  verification?: Verification,
): Transition {
  return settleRun(scene, 'rolling-back', `Undoing the applied steps: ${detail}`, {
    set: { state: 'rolling-back', reason, ...(verification === undefined ? {} : { verification }) },
    writes: [],
    importance: 3,
    verb: `run.${reason}`,
    delayMs: 0,
    level: 'warn',
  });
}

/** Pauses by itself because a kill switch closed; a person resumes it after opening the switch. */
export function pauseFrozen(scene: RunScene, detail: string): Transition {
  return runTransition(scene, {
    reason: 'frozen',
    summary: `Paused: ${detail} Resume the run after opening the switch.`,
    set: { state: 'paused', reason: 'frozen' },
    level: 'warn',
    importance: 3,
  });
}

/** Before anything left, the world moved on: run aborted, plan stale, and the Planner is asked for a new version. */
export function endStale(scene: RunScene, reason: Reason, detail: string): Transition {
  const { run, plan, now, incident } = scene;
  // Plans that go stale again and again are not asked for without end.
  const again = plan.version < 5;
  return settleRun(scene, again ? 'stale' : 'aborted', `Stopped before anything was done: ${detail}`, {
    set: { state: 'aborted', finishedAt: now.toISOString(), reason },
    writes: [
      { kind: 'plan.update', id: plan.id, expectedStates: ['executed'], set: { state: 'stale' } },
      ...run.steps
        .filter((step) => step.state !== 'skipped')
        .map((step): Write => ({
          kind: 'step.update',
          id: step.id,
          expectedState: step.state,
          expectedEpoch: step.epoch,
          set: { state: 'skipped', finishedAt: now.toISOString() },
        })),
      ...release(run),
    ],
    importance: 3,
    verb: `run.${reason}`,
    incidentSet: again ? { planId: undefined } : {},
    detail: { incident: incidentName(incident.number), reason },
    notify: 'run.finished',
  });
}

/** The end of an undo. The incident's outcome is why it was undone: harmful, ineffective, rolled-back by a person, or aborted. */
export function finishRollback(scene: RunScene, state: 'rolled-back' | 'rollback-failed' | 'aborted'): Transition {
  const { run, now } = scene;
  const failed = state === 'rollback-failed';
  const why: Reason =
    run.reason === 'harmful' || run.reason === 'ineffective' || run.reason === 'rolled-back' ? run.reason : 'aborted';
  const undone = run.steps.filter((step) => step.state === 'compensated').length;
  const stays = run.steps.filter(
    (step) => step.irreversible && (step.state === 'applied' || step.state === 'verified'),
  ).length;
  const words = failed
    ? 'The undo failed; a person must look at the targets.'
    : `${undone === 0 ? 'Nothing had to be undone' : `Undone: ${undone} ${undone === 1 ? 'step' : 'steps'}, read back`}${stays > 0 ? `; ${stays} cannot be undone and stay` : ''}.`;
  return settleRun(scene, failed ? 'rollback-failed' : why, words, {
    set: {
      state,
      finishedAt: now.toISOString(),
      ...(run.rollbackToken === undefined || run.rollbackToken.state !== 'valid'
        ? {}
        : { rollbackToken: { ...run.rollbackToken, state: 'void' as const } }),
    },
    // A failed undo keeps its locks: nobody else may touch the targets until a person has looked.
    writes: failed ? [...breakerWrites(scene, 'rollback')] : [...breakerWrites(scene, 'rollback'), ...release(run)],
    importance: 3,
    verb: `run.${state}`,
    notify: failed ? 'run.needs-human' : 'run.finished',
    level: failed ? 'error' : 'info',
  });
}

/** A person must look. Locks stay, so that no other plan touches the targets meanwhile. */
export function callHuman(scene: RunScene, detail: string): Transition {
  return settleRun(scene, 'needs-human', detail, {
    set: { state: 'needs-human', reason: detail.slice(0, 500) },
    writes: [...breakerWrites(scene, 'failure')],
    importance: 3,
    verb: 'run.needs-human',
    notify: 'run.needs-human',
    level: 'error',
  });
}

function settleRun(
  scene: RunScene,
  reason: Reason,
  summary: string,
  change: {
    readonly set: RunSet;
    readonly writes: readonly Write[];
    readonly importance: number;
    readonly verb: string;
    readonly delayMs?: number;
    readonly detail?: Parameters<typeof settle>[0]['detail'];
    readonly incidentSet?: Parameters<typeof settle>[0]['set'];
    readonly notify?: 'run.finished' | 'run.needs-human';
    readonly level?: RunLogLine['level'];
  },
): Transition {
  const { workspaceId, incident, run, now } = scene;
  const first = run.steps[0];
  return settle({
    workspaceId,
    incident,
    by: 'remediator',
    reason,
    summary,
    now,
    verb: change.verb,
    subject: { kind: 'run', id: run.id },
    importance: change.importance,
    detail: { runId: run.id, ...change.detail },
    set: change.incidentSet ?? {},
    writes: [...runWrites(scene, change.set, summary, change.level), ...change.writes],
    events: [runChanged(run, change.set.state ?? run.state)],
    outbox: change.delayMs === undefined || first === undefined ? [] : [timer(run, first, change.delayMs)],
    notify: change.notify === undefined ? [] : [{ type: change.notify, subjectId: run.id, incidentId: incident.id }],
  });
}

function release(run: Run): readonly Write[] {
  return [
    { kind: 'locks.release', holder: run.id },
    { kind: 'budget.release', holder: run.id },
  ];
}

/** One breaker outcome per runbook that dispatched something. */
function breakerWrites(scene: RunScene, outcome: 'success' | 'failure' | 'rollback'): readonly Write[] {
  const seen = new Set<string>();
  return scene.run.steps.flatMap((step): Write[] => {
    const key = `${step.runbook}/${step.target.key}`;
    if (step.dispatchedAt === undefined || seen.has(key)) return [];
    seen.add(key);
    return [
      {
        kind: 'breaker.record',
        runbook: step.runbook,
        targetKind: step.target.kind,
        environment: scene.run.environment,
        targetKey: step.target.key,
        outcome,
      },
    ];
  });
}

/** Words for an action, as the log shows it. */
export function actionWords(action: Action): string {
  return `${action.kind} ${Object.entries(action.args)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(' ')}`.trim();
}
