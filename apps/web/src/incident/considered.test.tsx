// @vitest-environment happy-dom
import type { TimelineEntry } from '@autoops/contracts';
import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../testing/page.tsx';
import { Considered } from './considered.tsx';

it('tells of each runbook why it was not chosen, in words where nothing else is known', () => {
  const considered: TimelineEntry['considered'] = [
    { runbook: 'shed-load', reason: 'not-applicable', detail: 'orders has a retry ratio of 0' },
    { runbook: 'scale-replicas', reason: 'breaker-open', detail: '' },
  ];
  renderPage(<Considered considered={considered} />);
  expect(screen.getByText('Why not: 2 runbooks')).toBeDefined();
  expect(screen.getByRole('link', { name: 'Shed load', hidden: true }).getAttribute('href')).toBe(
    '/runbooks/shed-load',
  );
  expect(screen.getByText('orders has a retry ratio of 0')).toBeDefined();
  expect(screen.getByText('failed here before and waits')).toBeDefined();
});
