import { IncidentOutcome, IncidentState, PlanState, RunState, StepState } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { INCIDENT_ARCS, PLAN_ARCS, RUN_ARCS, STEP_ARCS, arcOf } from './lifecycle.ts';

/** States that arcs lead to from a start, following all of them. */
function reachable<State extends string>(start: State, next: (state: State) => readonly State[]): Set<State> {
  const seen = new Set<State>([start]);
  const queue = [start];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const to of next(state)) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return seen;
}

describe('the lifecycle', () => {
  it('reaches every state of an incident from detected', () => {
    const next = (state: IncidentState): readonly IncidentState[] =>
      INCIDENT_ARCS.flatMap((arc) =>
        arc.to !== 'same' && (arc.from === 'any' || arc.from.includes(state)) ? [arc.to] : [],
      );
    expect([...reachable('detected', next)].sort()).toEqual([...IncidentState.options].sort());
  });

  it('has a way to close from every open state, and every outcome can come about', () => {
    for (const state of IncidentState.options.filter((each) => each !== 'closed')) {
      expect(
        INCIDENT_ARCS.some((arc) => arc.to === 'closed' && arc.from !== 'any' && arc.from.includes(state)),
        state,
      ).toBe(true);
    }
    const outcomes = new Set(INCIDENT_ARCS.flatMap((arc) => (arc.outcome === undefined ? [] : [arc.outcome])));
    expect([...outcomes].sort()).toEqual([...IncidentOutcome.options].sort());
  });

  it('explains every end: a closing arc has an outcome, and all but a merge go to the Explainer', () => {
    for (const arc of INCIDENT_ARCS.filter((each) => each.to === 'closed')) {
      expect(arc.outcome, arc.reason).toBeDefined();
      expect(arc.next, arc.reason).toBe(arc.reason === 'merged' ? undefined : 'explainer');
    }
  });

  it('has at most one arc for a mover, reason and state', () => {
    for (const state of IncidentState.options) {
      for (const arc of INCIDENT_ARCS) {
        const same = INCIDENT_ARCS.filter(
          (other) =>
            other.by === arc.by && other.reason === arc.reason && (other.from === 'any' || other.from.includes(state)),
        );
        expect(same.length, `${arc.by} ${arc.reason} ${state}`).toBeLessThanOrEqual(1);
      }
    }
    expect(arcOf('planner', 'plan-proposed', 'closed')).toBeUndefined();
  });

  it.each([
    ['plan', 'draft', PLAN_ARCS, PlanState.options],
    ['run', 'queued', RUN_ARCS, RunState.options],
    ['step', 'pending', STEP_ARCS, StepState.options],
  ])('reaches every state of a %s', (_what, start, arcs, options) => {
    const table: Readonly<Record<string, readonly string[]>> = arcs;
    expect([...reachable(start, (state: string) => table[state] ?? [])].sort()).toEqual([...options].sort());
  });
});
