// @vitest-environment happy-dom
import { ThemeProvider } from '@mui/material/styles';
import type { Plan, PlanStep } from '@autoops/contracts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { theme } from '../theme/theme.ts';
import { ExecuteDialog } from './execute-dialog.tsx';

const step = (title: string): PlanStep => ({
  index: 0,
  id: title,
  title,
  runbook: { name: 'scale', version: 1, digest: '0'.repeat(64) },
  tool: 'sandbox',
  class: 'A',
  target: { key: 'checkout', uid: 'u', kind: 'service', name: 'checkout', service: 'checkout', environment: 'staging' },
  action: { kind: 'scale', args: {} },
  irreversible: false,
  prechecks: [],
  canary: false,
  touches: { kind: 'replica', count: 1, cap: 1, unavailable: 0 },
  before: { replicas: 4 },
  after: { replicas: 6 },
  evidence: 'saturation',
});
const plan = (version: number, state: Plan['state'], ...titles: string[]): Plan =>
  ({
    id: `plan-${version}`,
    hash: String(version).repeat(64),
    version,
    state,
    environment: 'staging',
    service: 'checkout',
    steps: titles.map(step),
    prechecks: [],
    verification: { signals: [] },
    reversible: true,
  }) as unknown as Plan;

/** The requests that reached the server, with what the person had been shown. */
let asked: { readonly path: string; readonly ifMatch: string | null }[] = [];
const realFetch = globalThis.fetch;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'Date'] });
  asked = [];
  globalThis.fetch = (input, init) => {
    asked.push({
      path: input instanceof Request ? input.url : input.toString(),
      ifMatch: new Headers(init?.headers).get('if-match'),
    });
    return Promise.resolve(new Response(JSON.stringify({ kind: 'run', run: { id: 'r1' } }), { status: 202 }));
  };
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  globalThis.fetch = realFetch;
});

const client = new QueryClient();
const dialog = (seen: Plan, now: Plan) => (
  <ThemeProvider theme={theme}>
    <QueryClientProvider client={client}>
      <MemoryRouter>
        <ExecuteDialog seen={seen} plan={now} refusal={undefined} onClose={() => undefined} />
      </MemoryRouter>
    </QueryClientProvider>
  </ThemeProvider>
);
/** By the test's clock: on a busy machine drawing alone takes longer than the person is given. */
const settled = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

describe('a plan that changes under the open dialog', () => {
  it('shows the difference, swallows the click that was on its way, and goes on with the new plan in one click', async () => {
    const old = plan(1, 'awaiting-execute', 'Scale checkout to 6');
    const next = plan(2, 'awaiting-execute', 'Scale checkout to 8');
    const { rerender } = render(dialog(old, old));
    rerender(dialog(old, { ...old, state: 'superseded' }));
    fireEvent.click(screen.getByRole('button', { name: /Execute in staging/ }));
    rerender(dialog(old, { ...next, state: 'draft' }));
    fireEvent.click(screen.getByRole('button', { name: /Execute plan v2/ }));
    rerender(dialog(old, next));
    expect(screen.getByRole('list', { name: 'What changed in the plan' }).textContent).toContain(
      'Scale checkout to 6 → Scale checkout to 8',
    );
    fireEvent.click(screen.getByRole('button', { name: 'Execute plan v2 in staging' }));
    await settled(10);
    expect(asked, 'nothing is executed while the person has not had time to see it').toEqual([]);

    await settled(800);
    fireEvent.click(screen.getByRole('button', { name: 'Execute plan v2 in staging' }));
    await settled(10);
    expect(asked).toEqual([{ path: '/api/v1/plans/plan-2/execute', ifMatch: `"${next.hash}"` }]);
  });

  it('does not start what policy now denies', async () => {
    const old = plan(1, 'awaiting-execute', 'Scale checkout to 6');
    const { rerender } = render(dialog(old, old));
    rerender(dialog(old, plan(2, 'denied', 'Scale checkout to 60')));
    await settled(800);
    fireEvent.click(screen.getByRole('button', { name: /Execute plan v2/ }));
    await settled(10);
    expect(asked).toEqual([]);
    expect(screen.getByRole('button', { name: /Execute plan v2/ }).getAttribute('aria-disabled')).toBe('true');
  });
});
