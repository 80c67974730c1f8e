import type { Incident, Plan, Step, PlanVerification } from '@autoops/contracts';
import {
  POLL_MS,
  RECORD_LOOK_MS,
  advanceVerification,
  beginVerification,
  canaryVerification,
  callHuman,
  claimStep,
  finishRollback,
  firstDispatchOf,
  holdInconclusive,
  inverseOf,
  keepVerifying,
  nextMove,
  recordCanary,
  recordSkipped,
  recordUndoneWithoutEffect,
  startRollingBack,
  startRunning,
  startVerifying,
  succeed,
  timer,
  waitIsOver,
  type Move,
  type RunScene,
  type VerificationFacts,
} from '@autoops/pipeline';
import type { CommitResult, Transition } from '@autoops/pipeline/ports';
import type { RunDriverDependencies } from './ports.ts';
import { traceIdOf } from '../telemetry/traceparent.ts';
import { HeldSteps, type After } from './held-steps.ts';
import { StepDispatch } from './step-dispatch.ts';
import { StepPreparation } from './step-preparation.ts';

/** More moves than any run has, in one entry: a guard against a loop that makes no progress. */
const MOST_MOVES = 200;
const WAIT_POLL_MS = 400;
const LOCK_RETRY_MS = 1_500;

/**
 * Drives runs: loads the record, asks the pure machine for the next move, performs it through ports, and looks again. Holds nothing
 * that must survive: whatever it was doing when it died is found in the record by the next worker.
 */
export class RunDriver {
  readonly #deps: RunDriverDependencies;
  readonly #steps: HeldSteps;
  readonly #preparation: StepPreparation;
  readonly #dispatch: StepDispatch;
  readonly #busy = new Map<string, { again: boolean }>();

  constructor(deps: RunDriverDependencies) {
    this.#deps = deps;
    this.#steps = new HeldSteps(deps);
    this.#preparation = new StepPreparation(deps, this.#steps);
    this.#dispatch = new StepDispatch(deps, this.#steps);
  }

  /** Carries a run on as far as it goes now. A second job for a run that is being driven here makes the first look once more. */
  async drive(workspaceId: string, runId: string): Promise<void> {
    const busy = this.#busy.get(runId);
    if (busy !== undefined) {
      busy.again = true;
      return;
    }
    const own = { again: true };
    this.#busy.set(runId, own);
    try {
      while (own.again) {
        own.again = false;
        await this.#untilItWaits(workspaceId, runId);
      }
    } finally {
      this.#busy.delete(runId);
    }
  }

  async #untilItWaits(workspaceId: string, runId: string): Promise<void> {
    this.#deps.crashAt('K3');
    for (let moves = 0; moves < MOST_MOVES; moves += 1) {
      const scene = await this.#load(workspaceId, runId);
      if (scene === undefined) return;
      const move = nextMove(scene.run, scene.plan, {
        now: scene.now,
        timings: this.#deps.timings,
        mine: this.#steps.mine(scene.run),
      });
      if (move.kind !== 'wait' && move.kind !== 'none') {
        this.#deps.log.debug(
          {
            runId,
            incidentId: scene.incident.id,
            traceId: traceIdOf(scene.run.traceparent),
            move: move.kind,
            step: 'step' in move ? move.step.index : undefined,
          },
          'remediator move',
        );
      }
      if ((await this.#perform(scene, move)) === 'stop') return;
    }
    throw new Error(`Run ${runId} made ${MOST_MOVES} moves without coming to rest.`);
  }

  async #load(workspaceId: string, runId: string): Promise<RunScene | undefined> {
    const { records, clock } = this.#deps;
    const run = await records.run(workspaceId, runId);
    if (run === undefined) return undefined;
    const [incident, plan] = await Promise.all([
      records.incident(workspaceId, run.incidentId),
      records.plan(workspaceId, run.planId),
    ]);
    if (incident === undefined || plan === undefined) return undefined;
    return { workspaceId, incident, plan, run, now: clock.now() };
  }

  async #perform(scene: RunScene, move: Move): Promise<After> {
    switch (move.kind) {
      case 'none':
        return 'stop';
      case 'wait':
        return this.#later(scene, Math.min(move.ms, 60_000));
      case 'start':
        return this.#steps.commit(startRunning(scene));
      case 'await-signal':
        return (await this.#signalHolds(scene, move.step, move.since))
          ? this.#claim(scene, move.step, 'do')
          : this.#later(scene, WAIT_POLL_MS);
      case 'claim':
        return this.#claim(scene, move.step, 'do');
      case 'claim-undo':
        return this.#claimUndo(scene, move.step);
      case 'prepare':
        return this.#preparation.prepare(scene, move.step);
      case 'dispatch':
        return this.#dispatch.dispatch(scene, move.step);
      case 'reconcile':
        return this.#dispatch.reconcile(scene, move.step);
      case 'check-canary':
        return this.#checkCanary(scene, move.step);
      case 'begin-verification':
        return this.#beginVerification(scene);
      case 'verify':
        return this.#verify(scene);
      case 'roll-back':
        return this.#steps.commit(startRollingBack(scene, move.reason, move.detail));
      case 'skip':
        this.#steps.release(move.step.id);
        return this.#steps.commit(recordSkipped(scene, move.step, 'The run stops before it.'));
      case 'finish':
        return this.#terminal(finishRollback(scene, move.state));
      case 'needs-human':
        return this.#terminal(callHuman(scene, move.detail));
    }
  }

  async #claim(scene: RunScene, step: Step, direction: Step['direction']): Promise<After> {
    const { state, clock, timings, crashAt } = this.#deps;
    const before = clock.monotonicMs();
    const result = await state.commit(claimStep(scene, step, direction, timings));
    if (result.ok) {
      // The lease counts from before the commit: by our clock it never ends later than in the database.
      this.#steps.hold(step.id, {
        epoch: step.epoch + 1,
        lockEpochs: result.epochs,
        leaseUntil: before + timings.leaseMs,
      });
      crashAt('K4');
      return 'again';
    }
    if (result.refusal === 'target-locked') return this.#later(scene, LOCK_RETRY_MS);
    return this.#refused(scene, result);
  }

  async #claimUndo(scene: RunScene, step: Step): Promise<After> {
    const inverse = inverseOf(step);
    if (inverse === undefined || inverse.kind === 'none') {
      return this.#steps.commit(recordUndoneWithoutEffect(scene, step, 'There is nothing to restore.'));
    }
    return this.#claim(scene, step, 'undo');
  }

  async #signalHolds(scene: RunScene, step: Step, since: Date): Promise<boolean> {
    const wait = scene.plan.steps[step.index]?.waitFor;
    if (wait === undefined) return true;
    const service = wait.signal.of === 'incident' ? scene.incident.service : step.target.service;
    const from = new Date(since.getTime() - wait.holdsSeconds * 1000 - 10_000);
    const points = await this.#deps.signals.points(
      scene.workspaceId,
      scene.run.environment,
      wait.signal,
      wait.signal.service ?? service,
      from,
      scene.now,
    );
    return waitIsOver(wait, points, since);
  }

  /** One replica was changed: its service must be as ready as before and no verification signal far out of its bound. */
  async #checkCanary(scene: RunScene, step: Step): Promise<After> {
    const { timings } = this.#deps;
    const { plan, now } = scene;
    const appliedAt = new Date(step.finishedAt ?? scene.now);
    const spec = canaryVerification(plan, step);
    const sampleMs = spec.sampleSeconds * 1000;
    const facts = await this.#facts(scene, spec, new Date(appliedAt.getTime() - 60_000));
    const begun = beginVerification(spec, { ...facts, now: appliedAt }, firstDispatchOf(scene.run));
    const judged = advanceVerification({ ...begun, state: 'settling' }, spec, facts);
    if (judged.verdict === 'harmful' || judged.verdict === 'ineffective') {
      if ((await this.#steps.commit(recordCanary(scene, step, false, judged.reason))) === 'stop') return 'stop';
      const reloaded = await this.#load(scene.workspaceId, scene.run.id);
      return reloaded === undefined
        ? 'stop'
        : this.#steps.commit(startRollingBack(reloaded, 'harmful', `the canary failed: ${judged.reason}`));
    }
    const newest = Math.min(...facts.points.map((points) => points.timestampMs.at(-1) ?? 0));
    // Two samples: as many as it takes to call it bad.
    if (newest >= appliedAt.getTime() + 2 * sampleMs)
      return this.#steps.commit(recordCanary(scene, step, true, 'One replica first: its signals stayed as they were.'));
    if (now.getTime() - appliedAt.getTime() > Math.max(timings.callMs, 6 * sampleMs)) {
      if (
        (await this.#steps.commit(recordCanary(scene, step, false, 'No samples came in: no data is not success.'))) ===
        'stop'
      )
        return 'stop';
      const reloaded = await this.#load(scene.workspaceId, scene.run.id);
      return reloaded === undefined
        ? 'stop'
        : this.#steps.commit(startRollingBack(reloaded, 'aborted', 'the canary could not be watched'));
    }
    return this.#later(scene, POLL_MS);
  }

  async #beginVerification(scene: RunScene): Promise<After> {
    const first = firstDispatchOf(scene.run);
    const facts = await this.#facts(scene, scene.plan.verification, new Date(first.getTime() - 60_000));
    return this.#steps.commit(startVerifying(scene, beginVerification(scene.plan.verification, facts, first)), 'stop');
  }

  async #verify(scene: RunScene): Promise<After> {
    const { crashAt } = this.#deps;
    const current = scene.run.verification;
    const facts = await this.#facts(scene, scene.plan.verification, new Date(current.startedAt ?? scene.now));
    const next = advanceVerification(current, scene.plan.verification, facts);
    crashAt('K10');
    if (next.state === 'done') {
      switch (next.verdict) {
        case 'verified':
          return this.#terminal(succeed(scene, next));
        case 'inconclusive':
          return this.#terminal(holdInconclusive(scene, next));
        default: {
          const after = await this.#steps.commit(
            startRollingBack(scene, next.verdict === 'harmful' ? 'harmful' : 'ineffective', next.reason, next),
          );
          crashAt('K11');
          return after;
        }
      }
    }
    const changed =
      next.samples.length !== current.samples.length ||
      next.state !== current.state ||
      next.unwatched?.length !== current.unwatched?.length ||
      timeBetween(current.watchedAt, next.watchedAt) >= RECORD_LOOK_MS;
    if (changed && (await this.#steps.commit(keepVerifying(scene, next))) === 'stop') return 'stop';
    return this.#later(scene, POLL_MS);
  }

  async #facts(scene: RunScene, spec: PlanVerification, from: Date): Promise<VerificationFacts> {
    const { plan, run, incident, workspaceId } = scene;
    const { signals, clock } = this.#deps;
    const until = clock.now();
    const read = (
      signal: {
        readonly indicator: string;
        readonly labels: Record<string, string>;
        readonly service?: string | undefined;
      },
      service: string,
    ) => signals.points(workspaceId, run.environment, signal, service, from, until);
    const points = await Promise.all(
      spec.signals.map(({ signal }) =>
        read(signal, signal.service ?? (signal.of === 'incident' ? incident.service : serviceOf(plan, incident))),
      ),
    );
    const touched = plan.steps.find((step) => step.target.kind === 'service' || step.target.kind === 'replica');
    const ready =
      touched === undefined
        ? undefined
        : await read({ indicator: 'ready_replicas', labels: {} }, touched.target.service);
    return { now: until, points, readyReplicas: ready };
  }

  /** A commit that ends the run; K15 kills while it is on its way, K13 right after it. */
  async #terminal(transition: Transition): Promise<After> {
    const result = this.#deps.state.commit(transition);
    setImmediate(() => this.#deps.crashAt('K15'));
    const settled = await result;
    if (settled.ok) {
      this.#deps.crashAt('K13');
      return 'stop';
    }
    return settled.refusal === 'conflict' ? 'again' : 'stop';
  }

  #refused(scene: RunScene, result: Extract<CommitResult, { ok: false }>): After {
    this.#deps.log.info({ runId: scene.run.id, refusal: result.refusal, detail: result.detail }, 'transition refused');
    return result.refusal === 'conflict' ? 'again' : 'stop';
  }

  /** Owes the queue a job of this run after `ms`; any job that comes earlier interrupts the wait. */
  async #later(scene: RunScene, ms: number): Promise<After> {
    const first = scene.run.steps[0];
    if (first === undefined) return 'stop';
    await this.#deps.state.commit({
      workspaceId: scene.workspaceId,
      writes: [],
      audit: [],
      outbox: [timer(scene.run, first, Math.max(20, ms))],
    });
    return 'stop';
  }
}

function timeBetween(from: string | undefined, to: string | undefined): number {
  return from === undefined || to === undefined ? Infinity : Date.parse(to) - Date.parse(from);
}

/** The service that a plan's signals speak of when they name none. */
function serviceOf(plan: Plan, incident: Incident): string {
  return plan.steps[0]?.target.service ?? incident.service;
}
