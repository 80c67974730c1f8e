// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { useReducer } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { shiftsOf, useEarlier } from './earlier.ts';

const END = Date.UTC(2026, 0, 15, 14);
const SHIFTS = shiftsOf(1800);

let restore = (): unknown => undefined;
afterEach(() => {
  cleanup();
  restore();
});

describe('what charts are compared with', () => {
  it('is the stretch before, and the same a day and a week before, each once', () => {
    expect(shiftsOf(1800).map(({ value, label }) => [value, label])).toEqual([
      ['range', 'the 30 min before'],
      ['day', 'a day before'],
      ['week', 'a week before'],
    ]);
    expect(shiftsOf(86_400).map(({ value }) => value)).toEqual(['day', 'week']);
  });

  it('is asked for its own time, told by series, and the same object until other points come', async () => {
    const asked: string[] = [];
    restore = fakeApi({
      'GET /api/v1/series': (_body, url) => {
        const from = url.searchParams.get('from') ?? '';
        asked.push(from);
        const points = from.startsWith('2026-01-15') ? [{ at: '2026-01-15T13:10:00.000Z', value: 3 }] : [];
        return { items: [{ id: 'checkout-errors', points }] };
      },
    }).restore;
    const seen = new Set<unknown>();
    function Told() {
      const [times, again] = useReducer((count: number) => count + 1, 0);
      const { bySeries, unmeasured } = useEarlier(
        { service: 'checkout', environment: 'prod', maxPoints: 10 },
        SHIFTS,
        END,
        1800,
      );
      const earlier = bySeries.get('checkout-errors');
      if (unmeasured.length === 2) seen.add(earlier);
      return (
        <>
          <p>{earlier?.map(({ label, shiftMs, points }) => `${label} ${shiftMs} ${points.length}`).join(' | ')}</p>
          <p>{unmeasured.map(({ value }) => value).join()}</p>
          <button onClick={again}>drawn {times}</button>
        </>
      );
    }
    renderPage(<Told />);
    await screen.findByText('the 30 min before 1800000 1 | a day before 86400000 0 | a week before 604800000 0');
    await screen.findByText('day,week');
    expect(asked.toSorted()).toEqual([
      '2026-01-08T13:30:00.000Z',
      '2026-01-14T13:30:00.000Z',
      '2026-01-15T13:00:00.000Z',
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'drawn 0' }));
    await screen.findByRole('button', { name: 'drawn 1' });
    expect(seen.size).toBe(1);
  });
});
