import type { Anomaly, Incident, Plan } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { anomaly, at, incident } from './__fixtures__/records.ts';
import { healByItself } from './self-heal.ts';

const id = (last: string): string => `0190d3f0-0000-7000-8000-0000000000${last}`;

const waiting = incident({ state: 'awaiting-decision' });
const seen = (indicator: string, closedAt?: string): Anomaly =>
  anomaly({ incidentId: waiting.id, indicator, ...(closedAt === undefined ? {} : { closedAt }) });

const heal = (anomalies: readonly Anomaly[], over: Partial<Incident> = {}, plan?: Pick<Plan, 'id' | 'state'>) =>
  healByItself({
    workspaceId: 'default',
    incident: { ...waiting, ...over },
    anomalies,
    opens: ({ indicator }) => indicator === 'error_ratio',
    plan: plan as Plan | undefined,
    approval: undefined,
    now: new Date(at(60)),
  });

describe('healByItself', () => {
  it('closes an incident whose opening anomalies have ended, though one lasts that only joined', () => {
    const transition = heal(
      [seen('error_ratio', at(50)), seen('retry_ratio')],
      {},
      { id: id('bb'), state: 'awaiting-execute' },
    );
    expect(transition?.writes).toMatchObject([
      { kind: 'incident.update', set: { state: 'closed', outcome: 'self-healed' } },
      { kind: 'plan.update', id: id('bb'), set: { state: 'superseded' } },
    ]);
  });

  it('says shadowed when the plan was decided in shadow', () => {
    const transition = heal([seen('error_ratio', at(50))], {}, { id: id('bb'), state: 'allowed' });
    expect(transition?.writes[0]).toMatchObject({ set: { outcome: 'shadowed' } });
  });

  it.each([
    ['an opening anomaly lasts', [seen('error_ratio')], {}],
    ['one of two lasts', [seen('error_ratio', at(50)), seen('error_ratio')], {}],
    ['none could open it and one lasts', [seen('retry_ratio', at(50)), seen('saturation')], {}],
    [
      'a person asked for its plan and an anomaly lasts',
      [seen('error_ratio', at(50)), seen('retry_ratio')],
      { guided: { requester: { kind: 'person' as const, id: 'olivia' }, runbooks: [] } },
    ],
    ['a run acts', [seen('error_ratio', at(50))], { state: 'executing' as const }],
    ['it has no anomaly', [], {}],
  ])('keeps it open while %s', (_why, anomalies, over) => {
    expect(heal(anomalies, over)).toBeUndefined();
  });
});
