// @vitest-environment happy-dom
import type { IncidentResource } from '@autoops/contracts';
import { QueryClient } from '@tanstack/react-query';
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { sampleView } from '../design/incident-samples.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { useIncident, type IncidentView } from './use-incident.ts';

const sample = sampleView('needs approval', Date.UTC(2026, 0, 15, 14));
const { id } = sample.incident;
if (sample.plan === undefined) throw new Error('the sample has a plan');
const known = sample.plan;
const none = { items: [] };
let restore = (): void => undefined;

afterEach(() => {
  cleanup();
  restore();
});

/** A page of the incident behind a small API, and what it has shown at each of its renderings. */
function visit() {
  let incident: IncidentResource = sample.incident;
  const api = fakeApi({
    [`GET /api/v1/incidents/${id}`]: () => incident,
    [`GET /api/v1/incidents/${id}/evidence`]: () => none,
    [`GET /api/v1/services/${encodeURIComponent(`${incident.environment}:${incident.service}`)}`]: () => ({}),
    'GET /api/v1/slos': () => none,
    'GET /api/v1/series': () => none,
    [`GET /api/v1/plans/${known.id}`]: () => known,
  });
  restore = api.restore;
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 5000 } } });
  const seen: (IncidentView | undefined)[] = [];
  function Watch() {
    const { view } = useIncident(id);
    seen.push(view);
    return <p>{view === undefined ? 'awaited' : (view.plan?.hash ?? 'no plan yet')}</p>;
  }
  return {
    client,
    open: (): readonly (IncidentView | undefined)[] => {
      seen.length = 0;
      renderPage(<Watch />, { client });
      return seen;
    },
    seen,
    planIsMade: () => (incident = { ...incident, planId: known.id }),
  };
}

it('takes nothing away that is read while what came later is asked for', async () => {
  const { client, open, seen, planIsMade } = visit();
  open();
  await screen.findByText('no plan yet');
  expect(seen[0]).toBeUndefined();

  seen.length = 0;
  planIsMade();
  await client.invalidateQueries({ queryKey: ['incident'] });
  await screen.findByText(known.hash);
  expect(seen).not.toContain(undefined);
});

it('opens at once with what is known or was left just now, and not with what has long been outdated', async () => {
  const { client, open, seen, planIsMade } = visit();
  open();
  await screen.findByText('no plan yet');
  cleanup();
  expect(open()[0]?.incident.id).toBe(id);
  cleanup();

  await client.invalidateQueries({ queryKey: ['incident'] });
  expect(open()[0]?.incident.id).toBe(id);
  cleanup();

  planIsMade();
  client.setQueryData(['incident', id], sample.incident, { updatedAt: Date.now() - 20_000 });
  await client.invalidateQueries({ queryKey: ['incident'] });
  open();
  await screen.findByText(known.hash);
  expect(seen.filter((view) => view !== undefined && view.plan === undefined)).toEqual([]);
});
