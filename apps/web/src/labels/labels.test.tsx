// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { useQuery } from '@tanstack/react-query';
import { afterEach, describe, expect, it } from 'vitest';
import { queries } from '../api/queries.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { LabelControl } from './label-control.tsx';
import { detectorOf, likeItText, precisionText } from './precision-text.ts';

let restore = (): void => undefined;
afterEach(() => {
  cleanup();
  restore();
});

describe('the words of a precision', () => {
  it('say how many of how many, the interval, and that there are few', () => {
    const counted = { useful: 9, noise: 2, low: 0.523, high: 0.9486 };
    expect(precisionText(counted)).toBe('9 of 11 useful, 52–95 %');
    expect(likeItText(counted)).toBe('Of 11 alarms like it, 9 were useful (52–95 %)');
    expect(precisionText({ useful: 1, noise: 1, low: 0.09, high: 0.91 })).toBe('1 of 2 useful, 9–91 % (few labels)');
    expect(precisionText(undefined)).toBe('no labels yet');
    expect(likeItText(undefined)).toBe('Nobody has labelled one like it yet');
  });
  it('are of the detector that raised the alarm and of no other', () => {
    const detector = {
      indicator: 'error_ratio',
      view: 'now',
      kind: 'level',
      useful: 1,
      noise: 0,
      share: 1,
      low: 0.2,
      high: 1,
    } as const;
    const anomaly = { indicator: 'error_ratio', winningView: 'now', kind: 'level' } as const;
    expect(detectorOf({ detectors: [detector] }, anomaly)).toBe(detector);
    expect(detectorOf({ detectors: [detector] }, { ...anomaly, kind: 'novelty' })).toBeUndefined();
  });
});

/** The control with what the API keeps. */
function Kept() {
  const labels = useQuery(queries.labels('i1'));
  return <LabelControl of="anomalies" id="a1" what="this alarm" labels={labels.data?.items ?? []} />;
}

function api() {
  let kept: object[] = [];
  const fake = fakeApi({
    'GET /api/v1/incidents/i1/labels': () => ({ items: kept }),
    'PUT /api/v1/anomalies/a1/label': (body) => {
      kept = [
        {
          anomalyId: 'a1',
          ...(body as object),
          labelledBy: { kind: 'person', id: 'anna@example.org' },
          labelledAt: '2026-01-15T12:00:00Z',
        },
      ];
      return { items: kept, auditId: 'A1' };
    },
    'DELETE /api/v1/anomalies/a1/label': () => {
      kept = [];
      return { items: kept, auditId: 'A2' };
    },
  });
  restore = fake.restore;
  return fake;
}

describe('the label of an alarm', () => {
  it('is given by one click, changed by another, and taken back', async () => {
    api();
    renderPage(<Kept />);
    const pressed = (name: string) => screen.getByRole('button', { name }).getAttribute('aria-pressed');
    fireEvent.click(screen.getByRole('button', { name: 'Useful' }));
    await waitFor(() => expect(pressed('Useful')).toBe('true'));
    fireEvent.click(screen.getByRole('button', { name: 'Noise' }));
    await waitFor(() => expect([pressed('Useful'), pressed('Noise')]).toEqual(['false', 'true']));
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect([pressed('Useful'), pressed('Noise')]).toEqual(['false', 'false']));
  });
  it('sends nothing for somebody who may not, and says why', () => {
    const { calls } = api();
    renderPage(<Kept />, { permissions: ['aiops:read'] });
    const button = screen.getByRole('button', { name: 'Useful' });
    fireEvent.click(button);
    expect(button.title).toContain('aiops:remediate');
    expect(calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  });
});
