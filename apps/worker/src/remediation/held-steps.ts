import type { Run, Step } from '@autoops/contracts';
import type { CommitResult, Transition } from '@autoops/pipeline/ports';
import type { RunDriverDependencies } from './ports.ts';

/** What a move leaves: look at the record again, or stop until a job re-enters the run. */
export type After = 'again' | 'stop';

/** What this process knows of a step that it claimed. */
export interface HeldStep {
  readonly epoch: number;
  readonly lockEpochs: Readonly<Record<string, number>>;
  /** By the monotonic clock, in ms; never later than in the database. */
  readonly leaseUntil: number;
}

/** The steps that this process claimed, and the commits that keep or lose them. Nothing here must survive the process. */
export class HeldSteps {
  readonly #deps: Pick<RunDriverDependencies, 'state' | 'clock' | 'log'>;
  readonly #held = new Map<string, HeldStep>();

  constructor(deps: Pick<RunDriverDependencies, 'state' | 'clock' | 'log'>) {
    this.#deps = deps;
  }

  /** A step as this process holds it; undefined when it does not. */
  held(stepId: string): HeldStep | undefined {
    return this.#held.get(stepId);
  }

  /** The ids of a run's steps whose lease is certainly this process's now. */
  mine(run: Run): ReadonlySet<string> {
    const now = this.#deps.clock.monotonicMs();
    return new Set(
      run.steps.flatMap((step) => {
        const held = this.#held.get(step.id);
        return held !== undefined && held.epoch === step.epoch && held.leaseUntil > now ? [step.id] : [];
      }),
    );
  }

  /** Remembers a claim. */
  hold(stepId: string, held: HeldStep): void {
    this.#held.set(stepId, held);
  }

  /** Moves the end of a held step's lease. */
  extend(stepId: string, leaseUntil: number): void {
    const held = this.#held.get(stepId);
    if (held !== undefined) this.#held.set(stepId, { ...held, leaseUntil });
  }

  /** Forgets a step: from now on the record alone says what becomes of it. */
  release(stepId: string): void {
    this.#held.delete(stepId);
  }

  /** A commit for a step was refused: after a conflict the record says more, otherwise the step is another process's. */
  lost(step: Step, result: Extract<CommitResult, { ok: false }>): After {
    this.#deps.log.info({ stepId: step.id, refusal: result.refusal, detail: result.detail }, 'step is no longer ours');
    if (result.refusal === 'conflict') return 'again';
    this.release(step.id);
    return 'stop';
  }

  /** Commits; a conflict means that somebody else moved the run: look at the record again. */
  async commit(transition: Transition, afterwards: After = 'again'): Promise<After> {
    const result = await this.#deps.state.commit(transition);
    if (result.ok) return afterwards;
    this.#deps.log.info({ refusal: result.refusal, detail: result.detail }, 'transition refused');
    return result.refusal === 'conflict' ? 'again' : 'stop';
  }
}
