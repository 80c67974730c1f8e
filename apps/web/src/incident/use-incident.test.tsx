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
const { plan } = sample;
if (plan === undefined) throw new Error('the sample has a plan');
const none = { items: [] };
let restore = (): void => undefined;

afterEach(() => {
  cleanup();
  restore();
});

it('takes nothing away that is read while what came later is asked for', async () => {
  let incident: IncidentResource = sample.incident;
  const api = fakeApi({
    [`GET /api/v1/incidents/${id}`]: () => incident,
    [`GET /api/v1/incidents/${id}/evidence`]: () => none,
    [`GET /api/v1/services/${encodeURIComponent(`${incident.environment}:${incident.service}`)}`]: () => ({}),
    'GET /api/v1/slos': () => none,
    'GET /api/v1/series': () => none,
    [`GET /api/v1/plans/${plan.id}`]: () => plan,
  });
  restore = api.restore;
  const seen: (IncidentView | undefined)[] = [];
  function Watch() {
    const { view } = useIncident(id);
    seen.push(view);
    return <p>{view === undefined ? 'awaited' : (view.plan?.hash ?? 'no plan yet')}</p>;
  }
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  renderPage(<Watch />, { client });
  await screen.findByText('no plan yet');
  expect(seen[0]).toBeUndefined();

  seen.length = 0;
  incident = { ...incident, planId: plan.id };
  await client.invalidateQueries({ queryKey: ['incident'] });
  await screen.findByText(plan.hash);
  expect(seen).not.toContain(undefined);
});
