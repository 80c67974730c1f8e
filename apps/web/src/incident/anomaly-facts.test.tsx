// @vitest-environment happy-dom
import type { Anomaly } from '@autoops/contracts';
import { cleanup, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { describe, expect, it } from 'vitest';
import { ZoneProvider } from '../format/clock.tsx';
import { AnomalyAxes, NearestPast, WhatDiffers } from './anomaly-facts.tsx';

const anomaly = (context: Partial<Anomaly['context']> = {}, over: Partial<Anomaly> = {}): Anomaly => ({
  id: '00000000-0000-4000-8000-000000000001',
  service: 'checkout',
  environment: 'staging',
  indicator: 'error_ratio',
  unit: 'ratio',
  labels: {},
  source: 'sandbox',
  kind: 'level',
  direction: 'up',
  severity: 'critical',
  score: 0.98,
  novelty: 3.1,
  deviation: 2.4,
  winningView: 'shingle-4',
  observed: 0.3,
  expected: 0,
  bandLow: 0,
  bandHigh: 0.02,
  openedAt: '2026-01-15T14:02:07.000Z',
  lastAt: '2026-01-15T14:03:00.000Z',
  context: { labelsDiffering: [], changesBefore: [], ...context },
  decision: { engine: 'e', version: '1', inputDigest: 'a'.repeat(64), outputDigest: 'b'.repeat(64) },
  ...over,
});

describe('the facts of an anomaly', () => {
  it('shows both axes as bars with words for a reader who sees no bar', () => {
    render(<AnomalyAxes anomaly={anomaly({ measuredAgainst: { samples: 411, learning: true } })} />);
    expect(screen.getByRole('img', { name: 'Novelty 3.1 of 6: 1 in 1\u202F300 samples' })).toBeDefined();
    expect(screen.getByRole('img', { name: 'Deviation 2.4×: its usual swing' })).toBeDefined();
    expect(document.body.textContent).toContain('the course of its last 4 samples');
    expect(document.body.textContent).toContain('411 samples were known, its season not yet.');
  });

  it('links the nearest past instance to its charts and to its incident, with how that ended', () => {
    const nearestPast = {
      at: '2026-01-15T13:00:00.000Z',
      distance: 0.13,
      observed: 0.28,
      incident: 'INC-0007',
      incidentState: 'closed',
      outcome: 'verified',
    } as const;
    render(
      <MemoryRouter>
        <ZoneProvider>
          <NearestPast anomaly={anomaly({ nearestPast })} />
        </ZoneProvider>
      </MemoryRouter>,
    );
    expect(screen.getByRole('link', { name: 'INC-0007' }).getAttribute('href')).toBe('/incidents/INC-0007');
    const then = screen.getByTitle('Show the charts of that time').getAttribute('href');
    expect(then).toBe(`/services/staging%3Acheckout?at=${Date.parse(nearestPast.at) + 120_000}&span=600`);
    expect(document.body.textContent).toMatch(/87.% alike: 28.%/);
    expect(document.body.textContent).toContain('Fixed, verified');
  });

  it('says that nothing differs, and ranks what does, now and then', () => {
    render(<WhatDiffers anomaly={anomaly()} />);
    expect(document.body.textContent).toContain('all parts alike');
    cleanup();
    const share = (value: string, of: number) => ({ label: 'replica', value, share: of });
    const labelsDiffering = [share('a', 0.3), share('b', 0.5), share('c', 0.1), share('d', 0.05)];
    render(<WhatDiffers anomaly={anomaly({ labelsDiffering })} />);
    expect(screen.getAllByRole('listitem').map((item) => item.querySelector('strong')?.textContent)).toEqual([
      'replica=b',
      'replica=a',
      'replica=c',
    ]);
    expect(document.body.textContent).toContain('and 1 more');
  });
});
