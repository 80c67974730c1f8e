// @vitest-environment happy-dom
import type { Approval, Plan } from '@autoops/contracts';
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleView } from '../design/incident-samples.ts';
import { renderPage } from '../testing/page.tsx';
import { ApprovalCard } from './approval-card.tsx';

const NOW = Date.UTC(2026, 0, 15, 14);
const { incident, plan } = sampleView('needs approval', NOW);
if (plan === undefined) throw new Error('the sample has a plan');
const instant = (ms: number): string => new Date(ms).toISOString();

const WAITING: Approval = {
  id: '0197a000-0000-7000-8000-000000000001',
  planId: plan.id,
  planHash: plan.hash,
  planVersion: plan.version,
  incidentId: incident.id,
  environment: 'staging',
  service: plan.service,
  state: 'waiting',
  version: 1,
  required: 1,
  role: 'approver',
  ruleIds: ['blast-radius'],
  requester: { kind: 'system', id: 'autoops' },
  author: 'autoops',
  bundleDigest: plan.hash,
  createdAt: instant(NOW),
  expiresAt: instant(Date.now() + 600_000),
  decisions: [],
  summary: 'asked',
};
const APPROVED: Approval = {
  ...WAITING,
  state: 'approved',
  decisions: [{ actor: { kind: 'person', id: 'anna@example.org' }, decision: 'approve', reason: '', at: instant(NOW) }],
};
const rule = (effect: 'allow' | 'require-approval', fact: string): Plan => ({
  ...plan,
  verdict: {
    effect,
    ruleIds: ['blast-radius'],
    rules: [{ ruleId: 'blast-radius', title: 'Blast radius', effect, fact, toggle: 'on', stepIndexes: [] }],
    steps: [],
    facts: [fact],
    constraints: [],
    toBeAllowed: [],
    approvals: { required: 1, given: 0, role: 'approver' },
    shadowed: [],
  },
});
const ASKING = rule('require-approval', '12 replicas');
const MET = rule('allow', '12 replicas; approved by anna@example.org');

afterEach(cleanup);

describe('the card of an approval', () => {
  it('keeps its words when it is decided, and says the decision where it was made', () => {
    function Decides() {
      const [decided, setDecided] = useState(false);
      return (
        <>
          <button onClick={() => setDecided(true)}>decide</button>
          <ApprovalCard
            approval={decided ? APPROVED : WAITING}
            plan={decided ? MET : ASKING}
            incident={incident}
            successor={undefined}
          />
        </>
      );
    }
    renderPage(<Decides />);
    const facts = (): string | undefined => document.querySelector('.approval dl')?.textContent;
    const before = facts();
    expect(before).toContain('12 replicas');
    fireEvent.click(screen.getByText('decide'));
    expect(document.querySelector('.approval-bar')?.textContent).toContain('by anna@example.org');
    expect(facts()).toBe(before);
  });

  it('tells what was decided when it is opened after that', () => {
    renderPage(<ApprovalCard approval={APPROVED} plan={MET} incident={incident} successor={undefined} />);
    expect(document.querySelector('.approval dl')?.textContent).toContain('approved by anna@example.org');
  });
});
