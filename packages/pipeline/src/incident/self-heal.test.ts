import type { Anomaly, Incident, Plan } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { healByItself } from './self-heal.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 15, 12, 0, second)).toISOString();
const id = (last: string): string => `0190d3f0-0000-7000-8000-0000000000${last}`;

const incident: Incident = {
  id: id('aa'),
  number: 1,
  version: 3,
  state: 'awaiting-decision',
  service: 'checkout',
  environment: 'staging',
  kind: 'level',
  source: 'detector',
  severity: 'medium',
  title: 'x',
  openedAt: at(0),
  updatedAt: at(0),
  correlation: [],
  planVersion: 1,
  demo: false,
};

function anomaly(indicator: string, closedAt?: string): Anomaly {
  return {
    id: id('01'),
    incidentId: incident.id,
    service: 'checkout',
    environment: 'staging',
    indicator,
    unit: 'ratio',
    labels: {},
    source: 'sandbox',
    kind: 'level',
    direction: 'up',
    severity: 'medium',
    score: 0.9,
    novelty: 5,
    deviation: 8,
    winningView: 'level',
    observed: 0.3,
    expected: 0,
    bandLow: 0,
    bandHigh: 0.05,
    openedAt: at(0),
    lastAt: at(0),
    ...(closedAt === undefined ? {} : { closedAt }),
    context: { labelsDiffering: [], changesBefore: [] },
    decision: { engine: 'x', version: '1', inputDigest: 'a'.repeat(64), outputDigest: 'b'.repeat(64) },
  };
}

const heal = (anomalies: readonly Anomaly[], over: Partial<Incident> = {}, plan?: Pick<Plan, 'id' | 'state'>) =>
  healByItself({
    workspaceId: 'default',
    incident: { ...incident, ...over },
    anomalies,
    opens: ({ indicator }) => indicator === 'error_ratio',
    plan: plan as Plan | undefined,
    approval: undefined,
    now: new Date(at(60)),
  });

describe('healByItself', () => {
  it('closes an incident whose opening anomalies have ended, though one lasts that only joined', () => {
    const transition = heal(
      [anomaly('error_ratio', at(50)), anomaly('retry_ratio')],
      {},
      { id: id('bb'), state: 'awaiting-execute' },
    );
    expect(transition?.writes).toMatchObject([
      { kind: 'incident.update', set: { state: 'closed', outcome: 'self-healed' } },
      { kind: 'plan.update', id: id('bb'), set: { state: 'superseded' } },
    ]);
  });

  it('says shadowed when the plan was decided in shadow', () => {
    const transition = heal([anomaly('error_ratio', at(50))], {}, { id: id('bb'), state: 'allowed' });
    expect(transition?.writes[0]).toMatchObject({ set: { outcome: 'shadowed' } });
  });

  it.each([
    ['an opening anomaly lasts', [anomaly('error_ratio')], {}],
    ['one of two lasts', [anomaly('error_ratio', at(50)), anomaly('error_ratio')], {}],
    ['none could open it and one lasts', [anomaly('retry_ratio', at(50)), anomaly('saturation')], {}],
    [
      'a person asked for its plan and an anomaly lasts',
      [anomaly('error_ratio', at(50)), anomaly('retry_ratio')],
      { guided: { requester: { kind: 'person' as const, id: 'olivia' }, runbooks: [] } },
    ],
    ['a run acts', [anomaly('error_ratio', at(50))], { state: 'executing' as const }],
    ['it has no anomaly', [], {}],
  ])('keeps it open while %s', (_why, anomalies, over) => {
    expect(heal(anomalies, over)).toBeUndefined();
  });
});
