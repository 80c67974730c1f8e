import { PRODUCTION_TIMINGS, scaleTimings } from '@autoops/contracts';
import { STAGES } from '@autoops/pipeline';
import { expect, it } from 'vitest';
import { assertProcessors, PROCESSORS } from './app.module.ts';
import { crashPoints } from './crash-points.ts';
import { jobData, subjectOf } from './queues/jobs.ts';

it('kills at the nth passing of the named boundary only', () => {
  let kills = 0;
  const at = crashPoints('K7:2', () => (kills += 1));
  at('K6');
  at('K7');
  expect(kills).toBe(0);
  at('K7');
  expect(kills).toBe(1);
  const never = crashPoints(undefined, () => (kills += 1));
  never('K7');
  expect(kills).toBe(1);
});

it('has a processor for every stage', () => {
  expect(() => assertProcessors()).not.toThrow();
  expect(Object.keys(PROCESSORS).sort()).toEqual([...STAGES.map((stage) => stage.queue), 'deliveries'].sort());
});

it('takes one id from a job and refuses anything else', () => {
  const id = '00000000-0000-7000-8000-000000000001';
  expect(subjectOf('planner', jobData('planner', id))).toBe(id);
  for (const forged of [undefined, {}, { incidentId: 'x' }, { incidentId: id, target: 'prod' }, { stepId: id }]) {
    expect(() => subjectOf('planner', forged)).toThrow(/carries/);
  }
});

it('keeps the ratios between lease, call and sweeper when they are scaled', () => {
  for (const timings of [PRODUCTION_TIMINGS, scaleTimings(PRODUCTION_TIMINGS, 10)]) {
    // A call ends before the lease that was left when it was sent, and a lease is renewed well before it ends.
    expect(timings.callMs).toBeLessThan(timings.leaseNeededToDispatchMs);
    expect(timings.leaseNeededToDispatchMs).toBeLessThan(timings.leaseMs);
    expect(timings.leaseRenewMs * 3).toBeLessThanOrEqual(timings.leaseMs);
    expect(timings.connectMs).toBeLessThan(timings.callMs);
    expect(timings.sweeperMs).toBeLessThan(timings.leaseMs);
  }
});
