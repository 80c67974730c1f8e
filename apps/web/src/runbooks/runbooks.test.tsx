// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { changesText, DryRunPanel } from './dry-run.tsx';
import { lineRange } from './mistakes.ts';
import { YamlPanel } from './yaml-panel.tsx';

let restore = (): unknown => undefined;
afterEach(() => {
  cleanup();
  restore();
});

describe('a copy of a runbook', () => {
  it('is checked by the server as it is typed, and a mistake leads to its line', async () => {
    restore = fakeApi({
      'POST /api/v1/runbooks/validate': (body) => {
        const { yaml } = body as { yaml: string };
        const line = yaml.split('\n').findIndex((each) => each.includes('harmless')) + 1;
        return line === 0
          ? { valid: true, mistakes: [] }
          : { valid: false, mistakes: [{ line, column: 3, message: 'spec.riskClass: choose low, medium or high' }] };
      },
    }).restore;
    renderPage(<YamlPanel name="throttle" yaml={'kind: Runbook\nspec:\n  riskClass: low'} />);
    fireEvent.click(screen.getByRole('button', { name: 'Try changes' }));
    expect(await screen.findByText('Would be loaded')).toBeDefined();
    const field = screen.getByLabelText<HTMLTextAreaElement>(/Copy of throttle/);
    fireEvent.change(field, { target: { value: 'kind: Runbook\nspec:\n  riskClass: harmless' } });
    fireEvent.click(await screen.findByRole('button', { name: /3:3/ }));
    expect(field.value.slice(field.selectionStart, field.selectionEnd)).toBe('  riskClass: harmless');
  });
  it('finds a line in its text', () => {
    expect(lineRange('ab\ncde\n', 2)).toEqual([3, 6]);
    expect(lineRange('ab', 9)).toEqual([2 + 1, 3]);
  });
});

describe('a dry run', () => {
  const plan = {
    id: 'p1',
    environment: 'prod',
    title: 'Scale checkout from 4 to 6',
    createdAt: '2026-01-15T14:00:00Z',
    steps: [{ runbook: { name: 'scale-replicas' }, title: 'Scale checkout from 4 to 6' }],
  };
  it('says what would change and whether it could be undone', async () => {
    const api = fakeApi({
      'GET /api/v1/plans': () => ({ items: [plan] }),
      'POST /api/v1/plans/p1/dry-run': () => ({
        at: '2026-01-15T14:01:00Z',
        ok: true,
        digest: 'd',
        steps: [{ index: 0, ok: true, before: { replicas: 4 }, after: { replicas: 6 }, undoProven: true, detail: '' }],
      }),
    });
    restore = api.restore;
    renderPage(<DryRunPanel runbook="scale-replicas" />);
    fireEvent.click(await screen.findByRole('button', { name: 'Dry run' }));
    expect(await screen.findByText(/replicas 4 → 6/)).toBeDefined();
    expect(screen.getByText(/undo proven/)).toBeDefined();
    expect(api.calls).not.toContain('POST /api/v1/plans/p1/execute');
  });
  it('names only what differs', () => {
    expect(changesText({ before: { a: 1, b: 'x' }, after: { a: 1, b: 'y' } })).toBe('b x → y');
    expect(changesText({ before: { a: 1 }, after: { a: 1 } })).toBe('changes nothing');
  });
});
