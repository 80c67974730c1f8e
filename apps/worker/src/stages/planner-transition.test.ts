import { consideredIn, JsonObject, type RejectedCandidate } from '@autoops/contracts';
import type { PlanningRecord } from '@autoops/pipeline';
import { describe, expect, it } from 'vitest';
import { anIncident } from '../remediation/run-scene.fixture.ts';
import { plannerTransition } from './planner-transition.ts';

const now = new Date('2026-01-15T12:00:00.000Z');
const incident = anIncident();
const rejected: readonly RejectedCandidate[] = Array.from({ length: 9 }, (_none, index) => ({
  runbook: `runbook-${index}`,
  title: `Runbook ${index}`,
  reason: 'not-applicable',
  detail: `${'reason after reason, '.repeat(8)}${index}`,
  betterThanChosen: false,
  ruleIds: [],
}));
const none = {} as PlanningRecord; // read only where there is a plan

describe('an incident for which no runbook is left', () => {
  const stopped = (of: readonly RejectedCandidate[], reason: 'no-safe-plan' | 'precheck-failed' = 'no-safe-plan') =>
    plannerTransition('default', incident, { kind: 'stop', reason, detail: 'all of it', rejected: of }, none, [], now);

  it('is closed with a sentence, and with each runbook and its whole reason beside it', () => {
    const { writes, audit } = stopped(rejected);
    expect(writes[0]).toMatchObject({ set: { state: 'closed', outcome: 'no-safe-plan' } });
    expect(audit[0]?.summary).toBe('9 runbooks were considered and none can be used now.');
    expect(
      consideredIn({ subject: { kind: 'incident', id: incident.id }, detail: JsonObject.parse(audit[0]?.detail) }),
    ).toEqual(rejected.map(({ runbook, reason, detail }) => ({ runbook, reason, detail })));
  });
  it('says when it was a precheck, and when there was nothing to consider', () => {
    expect(stopped(rejected.slice(0, 1), 'precheck-failed').audit[0]?.summary).toBe(
      'One runbook was considered and none can be used now; a precheck fails of each that applies.',
    );
    expect(stopped([]).audit[0]?.summary).toBe('all of it');
  });
});
