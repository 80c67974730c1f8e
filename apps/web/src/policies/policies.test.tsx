// @vitest-environment happy-dom
import type { EnvironmentRules } from '@autoops/contracts';
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { settingRows } from './environment-settings.ts';
import PoliciesPage from './policies-page.tsx';
import { recordWords } from './rules.tsx';

let restore = (): unknown => undefined;
afterEach(() => {
  cleanup();
  restore();
});

const environment = (name: string, cap: number): EnvironmentRules => ({
  apiVersion: 'autoops.dev/v1',
  kind: 'EnvironmentRules',
  environment: name,
  title: name,
  replicaCap: { withoutApproval: cap, absolute: 40 },
  approvals: { always: false, low: 0, medium: 1, high: 2, role: 'approver' },
  blastRadius: {
    unavailableRatio: 0.25,
    messages: 50,
    perServiceInFlight: 1,
    perEnvironmentInFlight: 3,
    targetsPerHour: 10,
    rollbackReservePerHour: 20,
  },
  windows: [],
  freezes: [],
  irreversible: 'deny',
  classD: 'deny',
  autonomy: { default: 'suggest', rules: [] },
  toggles: { rules: {}, runbooks: {} },
});

describe('environments', () => {
  it('are put side by side, and only what differs is marked', () => {
    const rows = settingRows([environment('prod', 5), environment('staging', 20)]);
    expect(rows.filter((row) => row.differs).map((row) => row.cells)).toEqual([
      ['5 without approval, at most 40', '20 without approval, at most 40'],
    ]);
  });
});

describe('a rule’s record', () => {
  it('says what it stopped, and in shadow would have', () => {
    const none = { ruleId: 'x', judged: 0, requireApproval: 0, denied: 0, shadowed: 0 };
    expect(recordWords(undefined)).toBe('not asked in 7 days');
    expect(recordWords({ ...none, judged: 4 })).toBe('allowed all 4 decisions');
    expect(recordWords({ ...none, judged: 9, denied: 2, requireApproval: 3 })).toBe(
      'denied 2, asked for approval in 3 of 9 decisions',
    );
    expect(recordWords({ ...none, shadowed: 1 })).toBe('would have stopped 1 of 1 decision');
  });
});

describe('the decision log', () => {
  it('opens a row to its rules, the deciding one first, with what would allow it', async () => {
    const row = {
      id: 'd1',
      planId: 'p1',
      environment: 'prod',
      phase: 'plan',
      effect: 'deny',
      ruleIds: ['replica-cap'],
      facts: ['20 > 12 replicas'],
      toBeAllowed: ['at most 12 replicas'],
      shadowed: [],
      bundleDigest: 'a'.repeat(64),
      inputDigest: 'b'.repeat(64),
      decidedAt: '2026-01-15T14:00:00Z',
      durationMicros: 900,
      incident: 'INC-0001',
    };
    const rule = (ruleId: string, effect: string, fact: string) => ({ ruleId, title: ruleId, effect, fact });
    restore = fakeApi({
      'GET /api/v1/policies': () => ({ items: [], bundleDigest: 'a'.repeat(64), environments: [], records: [] }),
      'GET /api/v1/decisions': () => ({ items: [row] }),
      'GET /api/v1/decisions/d1': () => ({
        ...row,
        input: { plan: {} },
        verdict: {
          effect: 'deny',
          toBeAllowed: row.toBeAllowed,
          rules: [rule('change-window', 'allow', 'open'), rule('replica-cap', 'deny', '20 > 12 replicas')],
        },
      }),
    }).restore;
    renderPage(<PoliciesPage />, { url: '/policies?tab=decisions' });
    fireEvent.click(await screen.findByRole('button', { name: 'Open' }));
    expect(await screen.findByText(/at most 12 replicas/)).toBeDefined();
    const ids = screen.getAllByText(/^(change-window|replica-cap)$/, { selector: '.kv .mono' });
    expect(ids.map((each) => each.textContent)).toEqual(['replica-cap', 'change-window']);
  });
});
