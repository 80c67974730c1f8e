import { ENDED_RUN_STATES, incidentName, type Actor, type Incident } from '@autoops/contracts';
import { requestAbort } from '@autoops/pipeline';
import type { Clock, RecordReader, StateStore } from '@autoops/pipeline/ports';
import { ProblemError } from '../answers/problem.ts';

/** Undoing a few steps takes seconds; a worker that was killed in one of them is followed by another after its lease of 30 s. */
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 250;

export interface RunsToEnd {
  readonly workspaceId: string;
  readonly actor: Actor;
  /** The incidents whose runs must end, as they are now. */
  readonly incidents: () => Promise<readonly Incident[]>;
  readonly records: Pick<RecordReader, 'runsOf' | 'plan'>;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/**
 * Aborts every run that acts and waits until each has undone what it did, so that no undo comes after what the caller does next (it
 * would put parked messages back into a lane that was just emptied). Throws a problem where a run does not end in time.
 */
export async function endRuns(runs: RunsToEnd): Promise<void> {
  const { workspaceId, actor, records, state, clock } = runs;
  const deadline = clock.monotonicMs() + PATIENCE_MS;
  for (;;) {
    let acting: Incident | undefined;
    for (const incident of await runs.incidents()) {
      for (const run of await records.runsOf(workspaceId, incident.id)) {
        if (ENDED_RUN_STATES.includes(run.state)) continue;
        acting = incident;
        const plan = run.state === 'rolling-back' ? undefined : await records.plan(workspaceId, run.planId);
        if (plan === undefined) continue;
        // An abort that loses its race against the run's own progress is asked for again on the next look.
        const decision = requestAbort({ workspaceId, run, plan, incident, actor, now: clock.now() });
        if (decision.ok) await state.commit(decision.transition);
      }
    }
    if (acting === undefined) return;
    if (clock.monotonicMs() >= deadline)
      throw new ProblemError(
        'wrong-state',
        `A run of ${incidentName(acting.number)} still undoes what it did, so the shop was not reset. Lift a freeze that holds it, or wait for its end; then reset again.`,
      );
    await runs.sleep(LOOK_AGAIN_MS);
  }
}
