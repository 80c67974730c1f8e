// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { GuidedDialog } from './guided-dialog.tsx';

const runbook = (name: string) => ({
  name,
  title: name,
  riskClass: 'low',
  reversible: true,
  runs: 3,
  succeeded: 3,
  spec: { spec: { steps: [{ undo: { action: 'none' } }] } },
});
let restore = (): void => undefined;
afterEach(() => {
  cleanup();
  restore();
});

describe('a guided run', () => {
  it('asks for a plan of the chosen runbooks in the order of the choice, and of nothing before one is chosen', async () => {
    const asked: unknown[] = [];
    let closed = 0;
    restore = fakeApi({
      'GET /api/v1/runbooks': () => ({ items: [runbook('scale-replicas'), runbook('throttle-noisy-job')] }),
      'POST /api/v1/plan': (body) => {
        asked.push(body);
        return { auditId: 'A1' };
      },
    }).restore;
    renderPage(
      <GuidedDialog
        incident={{ id: 'i1', name: 'INC-0001', environment: 'staging' }}
        refusal={undefined}
        onClose={() => (closed += 1)}
      />,
    );
    const make = screen.getByRole('button', { name: 'Make the plan' });
    fireEvent.click(await screen.findByRole('checkbox', { name: /throttle-noisy-job.*nothing to undo/ }));
    fireEvent.click(screen.getByRole('checkbox', { name: /scale-replicas/ }));
    fireEvent.click(make);
    await waitFor(() => expect(closed).toBe(1));
    expect(asked).toEqual([
      { incidentId: 'i1', runbooks: [{ name: 'throttle-noisy-job' }, { name: 'scale-replicas' }] },
    ]);
  });
  it('sends nothing for somebody who may not remediate', async () => {
    const api = fakeApi({ 'GET /api/v1/runbooks': () => ({ items: [runbook('scale-replicas')] }) });
    restore = api.restore;
    renderPage(
      <GuidedDialog
        incident={{ id: 'i1', name: 'INC-0001', environment: 'prod' }}
        refusal="This needs the permission aiops:remediate."
        onClose={() => undefined}
      />,
    );
    fireEvent.click(await screen.findByRole('checkbox', { name: /scale-replicas/ }));
    fireEvent.submit(screen.getByRole('button', { name: 'Make the plan' }));
    expect(api.calls).toEqual(['GET /api/v1/runbooks']);
  });
});
