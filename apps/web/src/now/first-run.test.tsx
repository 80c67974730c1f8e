// @vitest-environment happy-dom
import type { AuditEntry } from '@autoops/contracts';
import { QueryClient } from '@tanstack/react-query';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { marksOf } from '../tour/marks.ts';
import { TourProvider } from '../tour/tour.tsx';
import { FirstRunCard, useFirstRun } from './first-run-card.tsx';
import { firstRun } from './first-run.ts';
import { foldEntries, gist } from './recent-events.tsx';

let restore = (): unknown => undefined;
afterEach(() => {
  cleanup();
  restore();
});

const learning = { state: 'learning' as const, learning: { samples: 12, of: 60 } };
const healthy = { state: 'healthy' as const };
const incident = {
  name: 'INC-0001',
  title: 'errors rose',
  environment: 'staging',
  state: 'awaiting-decision' as const,
};

function FirstRun() {
  const { run, putAway } = useFirstRun();
  return run === undefined ? null : <FirstRunCard run={run} onPutAway={putAway} />;
}

describe('the first run', () => {
  const now = (...given: Parameters<typeof firstRun>) => {
    const { steps, invite } = firstRun(...given);
    return { ...steps.find((step) => step.state === 'now'), ...(invite && { invite }) };
  };
  const verified = { ...incident, state: 'closed' as const, outcome: 'verified' as const };
  it('leads from learning to the proven fix, one thing at a time', () => {
    expect(now([learning, healthy], [], [])).toMatchObject({ title: 'Learn what is usual', share: 0.2 });
    expect(now([healthy], [], [])).toMatchObject({ invite: 'break' });
    expect(now([healthy], [], ['noisy-job in staging'])).toMatchObject({ title: 'The incident arrives' });
    expect(now([healthy], [incident], [])).toMatchObject({
      invite: { label: 'Open INC-0001', to: '/incidents/INC-0001' },
    });
    expect(now([healthy], [{ ...incident, state: 'executing' }], []).title).toContain('independent signal');
    expect(firstRun([healthy], [incident], []).over).toBe(false);
    const { steps, over, invite } = firstRun([healthy], [{ ...incident, name: 'INC-0002' }, verified], []);
    expect([over, invite]).toEqual([true, { label: 'Read its story', to: '/incidents/INC-0001?tab=narrative' }]);
    expect(steps.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'done'));
  });

  it('shows its end to who left the page for the run, and not to who comes when it is over', async () => {
    let incidents: readonly object[] = [incident];
    restore = fakeApi({
      'GET /api/v1/services': () => ({ items: [healthy] }),
      'GET /api/v1/incidents': () => ({ items: incidents }),
      'GET /api/v1/demo': () => ({ enabled: true, faults: [] }),
    }).restore;
    const client = new QueryClient();
    const { unmount } = renderPage(<FirstRun />, { client });
    await screen.findByRole('link', { name: 'Open INC-0001' });
    unmount();
    incidents = [verified];
    await client.invalidateQueries();
    const again = renderPage(<FirstRun />, { client });
    await screen.findByRole('link', { name: 'Read its story' });
    again.unmount();
    const later = new QueryClient();
    renderPage(<FirstRun />, { client: later });
    await waitFor(() => expect(later.isFetching()).toBe(0));
    expect(screen.queryByText(/Your first incident/)).toBeNull();
  });

  it('is there while the sandbox still starts', async () => {
    restore = fakeApi({
      'GET /api/v1/services': () => ({ items: [learning] }),
      'GET /api/v1/incidents': () => ({ items: [] }),
    }).restore;
    renderPage(<FirstRun />);
    expect(await screen.findByText(/Your first incident/)).toBeTruthy();
  });

  it('does not call learned what has sent nothing yet', () => {
    const silent = { state: 'no-data' as const };
    expect(now([silent, silent], [], [])).toMatchObject({ title: 'Learn what is usual' });
    expect(now([healthy, silent], [], [])).not.toHaveProperty('invite');
  });

  it('breaks the sandbox only when somebody asks, and can be put away for good', async () => {
    const broken: unknown[] = [];
    const api = fakeApi({
      'GET /api/v1/services': () => ({ items: [healthy] }),
      'GET /api/v1/incidents': () => ({ items: [] }),
      'GET /api/v1/demo': () => ({ enabled: true, faults: [] }),
      'POST /api/v1/demo/break': (body) => {
        broken.push(body);
        return { auditId: 'A1' };
      },
    });
    restore = api.restore;
    renderPage(<FirstRun />);
    const button = await screen.findByRole('button', { name: 'Break it now in staging' });
    expect(broken).toEqual([]);
    fireEvent.click(button);
    await waitFor(() => expect(broken).toEqual([{ fault: 'noisy-job', environment: 'staging' }]));
    fireEvent.click(screen.getByRole('button', { name: 'Put away' }));
    cleanup();
    renderPage(<FirstRun />);
    await waitFor(() => expect(api.calls.length).toBeGreaterThan(4));
    expect(screen.queryByText(/Your first incident/)).toBeNull();
  });
});

describe('the tour', () => {
  it('has at most eight marks, and none on an incident that is not there', () => {
    expect(marksOf('INC-0001')).toHaveLength(8);
    expect(marksOf(undefined).every((mark) => mark.path === '/')).toBe(true);
  });
  it('is skipped by Escape', async () => {
    restore = fakeApi({
      'GET /api/v1/services': () => ({ items: [healthy] }),
      'GET /api/v1/incidents': () => ({ items: [] }),
      'GET /api/v1/demo': () => ({ enabled: true, faults: [] }),
    }).restore;
    renderPage(
      <TourProvider>
        <main>
          <h1>Nothing needs you</h1>
          <FirstRun />
        </main>
      </TourProvider>,
    );
    fireEvent.click(await screen.findByRole('button', { name: 'Take the tour' }));
    const dialog = await screen.findByRole('dialog', { hidden: true });
    expect(dialog.textContent).toContain('1 of 4');
    fireEvent.keyDown(dialog, { key: 'Escape' });
    expect(screen.queryByRole('dialog', { hidden: true })).toBeNull();
  });
});

describe('recent events', () => {
  const entry = (id: string, verb: string): AuditEntry =>
    ({ id, verb, summary: id, subject: { kind: 'x', id }, importance: 2, detail: {} }) as unknown as AuditEntry;
  it('fold what was loaded together and leave anomalies to their incident', () => {
    const rows = foldEntries([
      entry('A5', 'session.start'),
      entry('A4', 'config.loaded'),
      entry('A3', 'anomaly.open'),
      entry('A2', 'config.loaded'),
      entry('A1', 'incident.open'),
    ]);
    expect(rows.map((row) => [row.id, row.folded?.count])).toEqual([
      ['A5', undefined],
      ['A4', 2],
      ['A1', undefined],
    ]);
  });
  it('tell a plan by its first step, so that there is room for what became of it', () => {
    expect(gist('"Throttle job reindex, scale checkout" needs an approval: 6 > 5 replicas')).toBe(
      '"Throttle job reindex, …" needs an approval: 6 > 5 replicas',
    );
    expect(gist('Policy denies "Scale checkout": too many')).toBe('Policy denies "Scale checkout": too many');
  });
  it('tell what the steps of a run note on their way in one line a run, and news line by line', () => {
    const step = (id: string, runId: string, importance: number) =>
      ({
        ...entry(id, 'step.step-intent'),
        subject: { kind: 'step', id: 's' },
        detail: { runId },
        importance,
      }) as AuditEntry;
    const rows = foldEntries([
      step('A9', 'one', 1),
      step('A8', 'one', 2),
      step('A7', 'two', 1),
      step('A6', 'one', 1),
      { ...entry('A5', 'plan.evaluate'), importance: 1 },
      { ...entry('A4', 'incident.label'), importance: 1 },
      { ...entry('A3', 'incident.open'), importance: 3 },
      { ...entry('A2', 'plan.evaluate'), importance: 1 },
    ]);
    expect(rows.map((row) => [row.id, row.folded?.of, row.folded?.count])).toEqual([
      ['A9', 'steps', 2],
      ['A8', undefined, undefined],
      ['A7', 'steps', 1],
      ['A5', 'minor', 2],
      ['A3', undefined, undefined],
      ['A2', 'minor', 1],
    ]);
  });
});
