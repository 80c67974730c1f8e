// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { useKillSwitch } from './kill-switch.tsx';

let api: ReturnType<typeof fakeApi> | undefined;
afterEach(() => api?.restore());

function Switch() {
  const { button, banner, dialog } = useKillSwitch();
  return (
    <>
      {button}
      {banner}
      {dialog}
    </>
  );
}

const control = (level: 'open' | 'freeze') => ({
  scope: 'workspace',
  level,
  version: 1,
  reason: 'drill',
  changedBy: { kind: 'person', id: 'anna@example.org' },
  changedAt: '2026-01-15T12:00:00.000Z',
});
const answering = (answer: object) => (api = fakeApi({ 'GET /api/v1/controls': () => answer }));

describe('the switch that stops all automation', () => {
  it('looks unknown while the controls cannot be read, and can still stop', async () => {
    answering({ status: 503, body: { title: 'Not ready', status: 503 } });
    renderPage(<Switch />);
    const button = screen.getByRole('button', { name: /Stop all automation.*is not known yet/ });
    fireEvent.click(button);
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain(
      'Whether automation is already stopped is not known yet. This stops it either way.',
    );
    expect(screen.getByRole('button', { name: 'Stop everything', hidden: true })).toBeDefined();
  });
  it('says that automation runs, or is stopped, once it is known', async () => {
    answering({ items: [control('open')], next: null });
    renderPage(<Switch />);
    expect(await screen.findByRole('button', { name: /^Stop all automation$/ })).toBeDefined();
  });
  it('offers to lift the stop where there is one', async () => {
    answering({ items: [control('freeze')], next: null });
    renderPage(<Switch />);
    expect(await screen.findByRole('button', { name: /^Stopped ?: lift the stop of all automation$/ })).toBeDefined();
  });
});
