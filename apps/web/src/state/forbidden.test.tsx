// @vitest-environment happy-dom
import type { Permission } from '@autoops/contracts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/problem.ts';
import { Screen } from '../shell/screen.tsx';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { Failed } from './failed.tsx';

const problem = (status: number) =>
  new ApiProblem({ type: 'about:blank', title: 'Not permitted', status, code: 'forbidden', requestId: 'req-12345678' });
const INGEST: readonly Permission[] = ['autoops:ingest'];

let api: ReturnType<typeof fakeApi> | undefined;
afterEach(() => {
  api?.restore();
  vi.restoreAllMocks();
});

describe('a refusal', () => {
  it('names who is refused, and leads to the sign-in page at the same address', async () => {
    const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined);
    api = fakeApi({ 'DELETE /api/v1/session': () => ({}) });
    renderPage(<Failed error={problem(403)} what="runs" />, { permissions: INGEST });
    expect(screen.getByRole('alert').textContent).toContain('You are signed in as Anna, role admin.');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with another token' }));
    await waitFor(() => expect(reload).toHaveBeenCalledOnce());
    expect(api.calls).toEqual(['DELETE /api/v1/session']);
  });
  it('offers nothing to narrow or export what cannot be read', () => {
    const page = (
      <Screen title="Runs" head={<button type="button">Export</button>}>
        {null}
      </Screen>
    );
    const { unmount } = renderPage(page);
    expect(screen.getByRole('button', { name: 'Export' })).toBeDefined();
    unmount();
    renderPage(page, { permissions: INGEST });
    expect(screen.queryByRole('button', { name: 'Export' })).toBeNull();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Runs');
  });
});

describe('a server that is not reached', () => {
  it('offers to try again before what else helps, and claims nothing of a session that it has not seen', () => {
    renderPage(<Failed error={problem(0)} what="session" retry={() => undefined} />);
    const again = screen.getByRole('button', { name: 'Try again' });
    const other = screen.getByText(/Check the network/);
    expect(again.compareDocumentPosition(other)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(screen.getByRole('alert').textContent).toContain('Whether you are signed in is not known.');
  });
});
