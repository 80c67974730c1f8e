// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { ConnectSource } from './connect-source.tsx';
import { SOURCE_KINDS, sourceName } from './snippets.ts';

let restore = (): unknown => undefined;
afterEach(() => {
  cleanup();
  restore();
});

describe('connecting a source', () => {
  it('makes a token that may only send, fills it in, and tells when the first event is there', async () => {
    const sources: { id: string; name: string; received: number }[] = [];
    const made: unknown[] = [];
    const api = fakeApi({
      'GET /api/v1/integrations': () => ({ items: sources }),
      'POST /api/v1/tokens': (body) => {
        made.push(body);
        return { id: 't1', role: 'ingest', source: 'prometheus-eu', name: 'prometheus-eu', token: 'aot_fresh' };
      },
    });
    restore = api.restore;
    renderPage(<ConnectSource />);
    fireEvent.submit(screen.getByRole('button', { name: /Make token/ }));
    expect(made).toEqual([]);
    fireEvent.change(screen.getByLabelText('Name of the source'), { target: { value: 'Prometheus EU' } });
    fireEvent.submit(screen.getByRole('button', { name: /Make token/ }));
    expect(await screen.findByText(/credentials: aot_fresh/)).toBeDefined();
    expect(made).toEqual([{ role: 'ingest', source: 'prometheus-eu', name: 'prometheus-eu' }]);
    expect(screen.getByText(/Waiting for the first event/)).toBeDefined();
    sources.push({ id: 'prometheus-eu', name: 'prometheus-eu', received: 3 });
    await waitFor(() => expect(screen.getByText(/First event of prometheus-eu received/)).toBeDefined(), {
      timeout: 4000,
    });
  });

  it('is refused to whoever may not make tokens, and says who may', () => {
    const api = fakeApi({ 'GET /api/v1/integrations': () => ({ items: [] }) });
    restore = api.restore;
    renderPage(<ConnectSource />, { permissions: ['aiops:read'] });
    fireEvent.change(screen.getByLabelText('Name of the source'), { target: { value: 'x1' } });
    fireEvent.submit(screen.getByRole('button', { name: /Make token/ }));
    expect(api.calls).not.toContain('POST /api/v1/tokens');
    expect(screen.getByText(/needs the permission aiops:admin/)).toBeDefined();
  });
});

describe('snippets', () => {
  it('all carry the address and the token', () => {
    for (const kind of SOURCE_KINDS) {
      const text = kind.text('https://autoops.example.org', 'aot_x');
      expect(text).toContain('https://autoops.example.org');
      expect(text).toContain('aot_x');
    }
  });
  it('name a source as the API takes it', () => {
    expect(sourceName('  Prometheus (EU) ')).toBe('prometheus-eu');
    expect(sourceName('---')).toBe('');
  });
});
