// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { DemoOffer } from './demo-offer.tsx';

let restore = (): void => undefined;
afterEach(() => {
  cleanup();
  restore();
});

describe('the offer to break the demo', () => {
  it.each([
    ['a service is still learned', [{ state: 'healthy' }, { state: 'learning' }]],
    ['nothing was measured yet', [{ state: 'no-data' }]],
  ])('waits while %s', async (_when, items) => {
    const api = fakeApi({ 'GET /api/v1/services': () => ({ items }) });
    restore = api.restore;
    renderPage(<DemoOffer />);
    const button = screen.getByRole('button', { name: 'Break the demo shop in staging' });
    await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('true'));
    fireEvent.click(button);
    expect(api.calls).toEqual(['GET /api/v1/services']);
  });

  it('is taken once all are known', async () => {
    const api = fakeApi({
      'GET /api/v1/services': () => ({ items: [{ state: 'healthy' }, { state: 'no-data' }] }),
      'POST /api/v1/demo/break': () => ({ auditId: 'A1' }),
    });
    restore = api.restore;
    renderPage(<DemoOffer />);
    fireEvent.click(screen.getByRole('button', { name: 'Break the demo shop in staging' }));
    await waitFor(() => expect(api.calls).toContain('POST /api/v1/demo/break'));
  });
});
