// @vitest-environment happy-dom
import { ServiceForecast, type ServiceResource } from '@autoops/contracts';
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { Forecasts } from './forecasts.tsx';

/** A slow machine takes seconds to find an element by its role. */
const PATIENCE = { timeout: 15_000 };
let restore = (): void => undefined;
afterEach(() => {
  cleanup();
  restore();
});

const issued = {
  service: 'orders',
  environment: 'staging',
  issuedAt: '2026-01-15T12:00:00.000Z',
  dueAt: '2026-01-17T12:00:00.000Z',
  engine: 'e',
  version: '1',
  trackRecord: { n: 143, covered: 116, nominal: 0.8, since: '2026-01-01T00:00:00.000Z' },
};
const disk = ServiceForecast.parse({
  ...issued,
  id: '0190d3f0-0000-7000-8000-000000000001',
  kind: 'breach',
  subject: 'disk_used{device=data}',
  indicator: 'disk_used',
  labels: { device: 'data' },
  unit: 'n',
  limit: 200,
  level: 0.83,
  sufficientHistory: true,
  observedHours: 40,
  neededHours: 23,
  probability: { 1: 0, 2: 0, 4: 0.01, 8: 0.05, 16: 0.1, 24: 0.12, 36: 0.4, 48: 0.7 },
  timeToBreach: { q025: 90_000, q10: 111_600, q50: 130_000, q90: 158_400, q975: 170_000 },
  safeVisits: 14,
  evidence: ['at 83 % of the limit', '14 earlier visits to this level came back'],
});
const pool = ServiceForecast.parse({
  ...issued,
  id: '0190d3f0-0000-7000-8000-000000000002',
  kind: 'breach',
  subject: 'db_connections_used',
  indicator: 'db_connections_used',
  labels: {},
  unit: 'n',
  limit: 22,
  sufficientHistory: false,
  observedHours: 5,
  neededHours: 23,
  evidence: ['5 h of 23 h observed'],
  trackRecord: { n: 0, covered: 0, nominal: 0.8 },
});
const risk = ServiceForecast.parse({
  ...issued,
  id: '0190d3f0-0000-7000-8000-000000000003',
  kind: 'risk',
  subject: 'incident',
  sufficientHistory: true,
  probability: { within1h: 0.03, within4h: 0.11, within24h: 0.4 },
  evidence: ['30 h observed', 'burn 1.2× over 1h'],
  trackRecord: { n: 0, covered: 0, nominal: 0.8, events: { n: 40, expected: 2.6, came: 3 } },
});

const service = { id: 'staging:orders', service: 'orders', environment: 'staging' } as ServiceResource;

function show(items: readonly ServiceForecast[]) {
  const fake = fakeApi({
    'GET /api/v1/service-forecasts': () => ({ items }),
    'GET /api/v1/forecasts': () => ({ items: [] }),
  });
  restore = fake.restore;
  renderPage(<Forecasts service={service} />);
}

describe('the forecasts of a service', () => {
  it('say how likely, when, on what evidence and how earlier ones held; what is unknown comes last', async () => {
    show([pool, disk, risk]);
    const full = await screen.findByRole('region', { name: 'Forecast of Disk used data' }, PATIENCE);
    expect(full.textContent).toContain('12\u202F% to be full within 24 h');
    expect(full.textContent).toContain('half the time within 36 h, 80 %: 31–44 h');
    expect(full.textContent).toContain('14 earlier visits to this level came back');
    expect(full.textContent).toContain('80 % intervals held 81 % of 143 times, since 2026-01-01');
    expect(within(full).getByRole('img').getAttribute('aria-label')).toContain('70 % chance to be full within 48 h');
    const cards = screen.getAllByRole('region').map((card) => card.getAttribute('aria-label'));
    expect(cards.filter((name) => name?.startsWith('Forecast of'))).toEqual([
      'Forecast of an incident',
      'Forecast of Disk used data',
      'Forecast of Database connections used',
    ]);
    expect(screen.getByRole('region', { name: 'Forecast of an incident' }).textContent).toContain(
      'came 3 of 40 times, 2.6 expected',
    );
    fireEvent.click(within(full).getByRole('button', { name: 'View as table' }));
    expect(within(full).getByRole('table').textContent).toContain('48 h70 %');
  });

  it('have no number without sufficient history', async () => {
    show([pool]);
    const card = await screen.findByRole('region', { name: 'Forecast of Database connections used' }, PATIENCE);
    expect(card.textContent).toContain('Not known yet: 5 h of 23 h observed');
    expect(card.textContent).toContain('no history yet (n = 0)');
    expect(within(card).queryByRole('img')).toBeNull();
  });

  it('of risk shows no large number before its service was watched for a day', async () => {
    show([{ ...risk, sufficientHistory: false, evidence: ['17 s observed', 'burn 0× over 30s'] } as ServiceForecast]);
    const card = await screen.findByRole('region', { name: 'Forecast of an incident' }, PATIENCE);
    expect(card.querySelector('.big')).toBeNull();
    expect(card.querySelector('.unknown')?.textContent).toContain('what is usual elsewhere: 3\u202F% within 1\u00A0h');
    expect(card.textContent).toContain('17 s observed, burn 0× over 30s');
  });

  it('say what it takes where nothing is forecast', async () => {
    show([]);
    expect(await screen.findByText('Nothing is forecast here yet', undefined, PATIENCE)).toBeDefined();
  });
});
