// @vitest-environment happy-dom
import type { EditableParameter, Plan } from '@autoops/contracts';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { PlanEditor, allowedText } from './plan-editor.tsx';
import { changesOf, useEditedPlan } from './use-edited-plan.ts';

let restore = (): void => undefined;
afterEach(() => {
  cleanup();
  restore();
});

const parameter: EditableParameter = {
  runbook: 'throttle-noisy-job',
  name: 'percent',
  spec: { type: 'integer', title: 'Share of its usual work', minimum: 1, maximum: 50, from: 'literal' },
  stored: 10,
  value: 10,
};
const step = (percent: number) => ({
  id: 'throttle',
  index: 0,
  title: `Throttle job reindex to ${percent} %`,
  runbook: { name: 'throttle-noisy-job' },
  target: { key: 'staging/job/reindex', uid: 'u' },
  action: { kind: 'throttle-job', args: { percent } },
  after: { percent },
});
const plan = {
  id: 'p1',
  hash: 'a'.repeat(64),
  version: 1,
  environment: 'staging',
  steps: [step(10)],
} as unknown as Plan;

/** A server that judges the parameters it is sent, refuses those out of bounds, and keeps what was proposed. */
function server() {
  const asked: unknown[] = [];
  const proposed: unknown[] = [];
  const api = fakeApi({
    'POST /api/v1/plans/p1/what-if': (body) => {
      asked.push(body);
      const [change] = (body as { changes: { parameters: { percent: number } }[] }).changes;
      const value = change?.parameters.percent ?? 10;
      if (value > 50)
        return {
          status: 400,
          body: { title: 'The input does not match the schema', status: 400, detail: 'Too much.' },
        };
      return {
        planId: 'p1',
        parameters: [{ ...parameter, value }],
        environments: [{ environment: 'staging', own: true, verdict: { effect: 'allow' } }],
        plan: { ...plan, title: step(value).title, version: 2, steps: [step(value)] },
      };
    },
    'POST /api/v1/plans/p1/propose': (body, _url, headers) => {
      proposed.push([headers.get('if-match'), body]);
      return { incident: {}, auditId: 'A1' };
    },
  });
  restore = api.restore;
  return { asked, proposed };
}

function Editor({ onProposed = () => undefined }: { readonly onProposed?: () => void }) {
  return <PlanEditor plan={plan} edited={useEditedPlan(plan, true)} onProposed={onProposed} />;
}
const field = () => screen.findByLabelText(/Share of its usual work/);
const type = async (text: string) => fireEvent.change(await field(), { target: { value: text } });
const proposeButton = () => screen.getAllByRole('button', { name: 'Propose this plan' })[0] as HTMLElement;

describe('what was typed', () => {
  it('is a change only where it differs from the stored plan and is a number where one is wanted', () => {
    const typed = (text: string) => changesOf([parameter], { 'throttle-noisy-job.percent': text });
    expect(typed('30')).toEqual([{ runbook: 'throttle-noisy-job', parameters: { percent: 30 } }]);
    for (const text of ['10', ' ', 'ten']) expect(typed(text)).toEqual([]);
    expect(changesOf([parameter], {})).toEqual([]);
    expect(allowedText(parameter)).toBe('Allowed 1 to 50\u202F%');
    expect(allowedText({ ...parameter, name: 'max' })).toBe('Allowed 1 to 50');
  });
});

describe('the plan editor', () => {
  it('asks policy once the typing rests, shows the difference, and sends nothing else before it is proposed', async () => {
    const { asked, proposed } = server();
    let closed = 0;
    renderPage(<Editor onProposed={() => (closed += 1)} />);
    await type('3');
    await type('30');
    await screen.findByText('Throttle job reindex to 30 %');
    expect(asked).toEqual([
      { changes: [] },
      { changes: [{ runbook: 'throttle-noisy-job', parameters: { percent: 30 } }] },
    ]);
    expect(proposed).toEqual([]);
    await waitFor(() => expect(proposeButton().getAttribute('aria-disabled')).toBeNull());
    fireEvent.click(proposeButton());
    expect((await screen.findByRole('dialog')).textContent).toContain('it starts as soon as it is planned');
    fireEvent.submit(screen.getByRole('dialog').querySelector('form') as HTMLFormElement);
    await waitFor(() => expect(closed).toBe(1));
    expect(proposed).toEqual([
      [`"${plan.hash}"`, { changes: [{ runbook: 'throttle-noisy-job', parameters: { percent: 30 } }] }],
    ]);
  });

  it('says what is refused and proposes nothing then', async () => {
    const { proposed } = server();
    renderPage(<Editor />);
    await type('60');
    await screen.findByText(/Too much/);
    fireEvent.click(proposeButton());
    expect(screen.queryByRole('dialog')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Back to the stored plan' }));
    expect(((await field()) as HTMLInputElement).value).toBe('10');
    expect(proposed).toEqual([]);
  });

  it('is off for somebody who may not remediate', async () => {
    const { proposed } = server();
    renderPage(<Editor />, { permissions: ['aiops:read', 'aiops:analyze'] });
    await type('30');
    await screen.findByText('Throttle job reindex to 30 %');
    fireEvent.click(proposeButton());
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(proposed).toEqual([]);
  });
});
