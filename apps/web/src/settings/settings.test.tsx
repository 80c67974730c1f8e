// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { channelProblem } from './channels.tsx';
import SettingsPage from './settings-page.tsx';

let restore = (): unknown => undefined;
afterEach(() => {
  cleanup();
  restore();
});

/** Channels as the server keeps them. */
function server() {
  const channels: { id: string; name: string; url: string; createdAt: string; disabledAt?: string }[] = [];
  const deliveries: object[] = [];
  const api = fakeApi({
    'GET /api/v1/tokens': () => ({ items: [] }),
    'GET /api/v1/channels': () => ({ items: channels }),
    'GET /api/v1/deliveries': () => ({ items: deliveries }),
    'POST /api/v1/channels': (body) => {
      const channel = { id: 'c1', createdAt: '2026-01-15T14:00:00Z', ...(body as { name: string; url: string }) };
      channels.push(channel);
      return { ...channel, secret: 'whsec_once', auditId: 'A1' };
    },
    'POST /api/v1/channels/c1/test': () => {
      deliveries.push({
        id: 'd1',
        channelId: 'c1',
        messageId: 'm',
        type: 'test',
        state: 'dead',
        attempts: 3,
        lastError: 'answered 404',
        createdAt: '2026-01-15T14:00:01Z',
      });
      return { id: 'd1', auditId: 'A2' };
    },
  });
  restore = api.restore;
  return { api, channels };
}

describe('notification channels', () => {
  it('are added from the page, show their secret once, and a test shows up in the delivery log with its error', async () => {
    const { channels } = server();
    renderPage(<SettingsPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Add a channel' }));
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'on-call' } });
    fireEvent.change(screen.getByLabelText('URL'), { target: { value: 'https://hooks.example.org/a' } });
    fireEvent.submit(screen.getByRole('button', { name: 'Add channel' }));
    expect(await screen.findByText('whsec_once')).toBeDefined();
    expect(channels).toHaveLength(1);
    fireEvent.click(await screen.findByRole('button', { name: 'I have kept it' }));
    expect(screen.queryByText('whsec_once')).toBeNull();
    fireEvent.click(await screen.findByRole('button', { name: 'Send test' }));
    expect(await screen.findByText('answered 404')).toBeDefined();
    expect(screen.getByText('Given up')).toBeDefined();
  });

  it('are not sent while the address is none', async () => {
    const { api } = server();
    renderPage(<SettingsPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Add a channel' }));
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'on-call' } });
    fireEvent.submit(screen.getByRole('button', { name: 'Add channel' }));
    expect(api.calls).not.toContain('POST /api/v1/channels');
    expect(channelProblem('x', 'ftp://example.org')).toContain('https://');
    expect(channelProblem('x', 'https://example.org')).toBeUndefined();
  });

  it('are named as an admin’s matter to everybody else, and nothing is asked for', async () => {
    const { api } = server();
    renderPage(<SettingsPage />, { permissions: ['aiops:read'] });
    await waitFor(() => expect(screen.getByText('Tokens and notifications are for admins')).toBeDefined());
    expect(api.calls).toEqual([]);
  });
});
