import { expect } from 'vitest';
import { runbooksOf, type Shop } from './shop.ts';

export interface VerifiedStory {
  readonly fault: string;
  readonly runbooks: readonly string[];
  /** Ceilings in seconds from the fault: three times what loop.md's budget allows. */
  readonly incidentWithin: number;
}

/** A fault that ends verified: incident, judged plan with exactly these runbooks, run, verification by another signal, closed. */
export async function expectVerified(shop: Shop, story: VerifiedStory): Promise<void> {
  await shop.heal();
  await shop.break(story.fault);
  const incident = await shop.incident(story.incidentWithin);
  const plan = await shop.planOf(incident.id, 30);
  expect(runbooksOf(plan)).toEqual(story.runbooks);
  expect(plan.prechecks.filter((check) => !check.passed)).toEqual([]);
  const run = await shop.execute(plan);
  const ended = await shop.ended(run.id, 150);
  expect({ state: ended.state, verdict: ended.verification.verdict, reason: ended.verification.reason }).toMatchObject({
    state: 'succeeded',
    verdict: 'verified',
  });
  const window = ended.verification.samples.filter((sample) => sample.phase === 'window');
  expect(window.length).toBeGreaterThanOrEqual(5);
  // The signal that opened the incident may not be the one that says it is over.
  const trigger = incident.correlation.find((reason) => reason.includes(' opened it'));
  for (const sample of window) expect(trigger).not.toContain(`${sample.indicator} of ${sample.service} opened it`);
  const closed = await shop.closed(incident.id, 30);
  expect(closed.outcome).toBe('verified');
  const replayed = await shop.replayed(incident.id, 30);
  expect(replayed.filter((decision) => !decision.match)).toEqual([]);
  expect([...new Set(replayed.map((decision) => decision.what))].toSorted()).toEqual([
    'anomaly',
    'correlation',
    'forecast',
    'narrative',
    'plan',
    'verdict',
  ]);
  const effects = await shop.effects();
  const operations = ended.steps.map((step) => step.opId);
  for (const operation of operations)
    expect(effects.filter((effect) => effect.opId === operation).length).toBeLessThanOrEqual(1);
}
