// @vitest-environment happy-dom
import type { Preferences } from '@autoops/contracts';
import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { keepMember, readKept } from '../shell/kept.ts';
import { SavedViews, VIEWS_KEY } from '../table/saved-views.tsx';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { setDensity } from '../theme/density.ts';
import { readLocal } from './local.ts';
import { mergePreferences } from './merge.ts';
import { hasUnsent, syncPreferences } from './sync.ts';
import { useSyncedPreferences } from './use-preferences.ts';

const EMPTY: Preferences = { views: {}, columns: {}, keys: {} };
const view = (name: string, search = name) => ({ name, search });

describe('a merge', () => {
  it('keeps what both sides added since they were the same, and lets what was changed here stand', () => {
    const base: Preferences = { ...EMPTY, views: { incidents: [view('a'), view('b')] }, keys: { e: 'q' } };
    const local: Preferences = { ...base, views: { incidents: [view('a', 'new'), view('b'), view('mine')] } };
    const remote: Preferences = { ...base, views: { incidents: [view('a'), view('theirs')] }, keys: { e: 'w' } };
    const merged = mergePreferences(base, local, remote);
    expect(new Set(merged.views['incidents'])).toEqual(new Set([view('a', 'new'), view('theirs'), view('mine')]));
    expect(merged.keys).toEqual({ e: 'w' });
  });
  it('takes away what was taken away here', () => {
    const base: Preferences = { ...EMPTY, columns: { Runs: ['actor'] }, keys: { e: 'q' }, views: { a: [view('x')] } };
    expect(mergePreferences(base, EMPTY, base)).toEqual(EMPTY);
  });
  it("at the first sign-in adds what only this browser has, and lets the server's stand otherwise", () => {
    const merged = mergePreferences(
      undefined,
      { ...EMPTY, views: { a: [view('x', 'here'), view('y')] }, keys: { e: 'q', a: 'z' }, density: 'compact' },
      { ...EMPTY, views: { a: [view('x', 'there')] }, keys: { e: 'w' }, density: 'comfortable' },
    );
    expect(merged).toEqual({
      ...EMPTY,
      views: { a: [view('x', 'there'), view('y')] },
      keys: { e: 'w', a: 'z' },
      density: 'comfortable',
    });
  });
});

/** A server that keeps one person's preferences and refuses what saw another version. */
function server(kept: Preferences = EMPTY) {
  const state = { version: kept === EMPTY ? 0 : 1, preferences: kept, puts: 0 };
  let before: (() => void) | undefined;
  const api = fakeApi({
    'GET /api/v1/preferences': () => ({ version: state.version, preferences: state.preferences }),
    'PUT /api/v1/preferences': (body, _url, headers) => {
      before?.();
      before = undefined;
      state.puts += 1;
      if (headers.get('if-match') !== `"${state.version}"`)
        return { status: 412, body: { title: 'It is not the version you saw', status: 412 } };
      Object.assign(state, { version: state.version + 1, preferences: body });
      return { version: state.version, preferences: state.preferences };
    },
  });
  restore = api.restore;
  return { state, api, beforeNextPut: (then: () => void) => (before = then) };
}
let restore = (): void => undefined;
afterEach(() => {
  cleanup();
  restore();
});

describe('preferences', () => {
  it('of this browser go to the server at the first sign-in, and from there to another browser', async () => {
    const { state } = server();
    keepMember(VIEWS_KEY, 'incidents', [view('Checkout')]);
    setDensity('compact');
    await syncPreferences('anna');
    const expected = { ...EMPTY, views: { incidents: [view('Checkout')] }, density: 'compact' };
    expect(state.preferences).toEqual(expected);
    localStorage.clear();
    document.documentElement.dataset['density'] = 'comfortable';
    await syncPreferences('anna');
    expect(readLocal()).toEqual(expected);
    expect(document.documentElement.dataset['density']).toBe('compact');
    expect(state.puts).toBe(1);
  });

  it('are merged, not overwritten, when another tab stored meanwhile', async () => {
    const { state, beforeNextPut } = server();
    keepMember(VIEWS_KEY, 'incidents', [view('mine')]);
    beforeNextPut(() => {
      Object.assign(state, { version: 5, preferences: { ...EMPTY, views: { incidents: [view('theirs')] } } });
    });
    await syncPreferences('anna');
    expect(new Set(state.preferences.views['incidents'])).toEqual(new Set([view('mine'), view('theirs')]));
    expect(readLocal()).toEqual(state.preferences);
    expect(hasUnsent('anna')).toBe(false);
  });

  it('that were changed without a server stay here and go with the next call', async () => {
    const { state } = server();
    await syncPreferences('anna');
    restore();
    restore = fakeApi({}).restore;
    keepMember(VIEWS_KEY, 'incidents', [view('offline')]);
    await expect(syncPreferences('anna')).rejects.toThrow();
    expect(readKept(VIEWS_KEY)['incidents']).toEqual([view('offline')]);
    expect(hasUnsent('anna')).toBe(true);
    restore();
    const back = server(state.preferences);
    back.state.version = 0;
    await syncPreferences('anna');
    expect(back.state.preferences.views['incidents']).toEqual([view('offline')]);
  });

  it("of one person do not go to another's who signs in here", async () => {
    const { state } = server();
    keepMember(VIEWS_KEY, 'incidents', [view('of anna')]);
    await syncPreferences('anna');
    restore();
    const bob = server();
    await syncPreferences('bob');
    expect(bob.state.puts).toBe(0);
    expect(readLocal()).toEqual(EMPTY);
    expect(state.preferences.views['incidents']).toEqual([view('of anna')]);
  });

  it('appear on the page as soon as the server has answered', async () => {
    server({ ...EMPTY, views: { incidents: [view('From elsewhere', 'sev=high')] } });
    function Page() {
      useSyncedPreferences('anna');
      return <SavedViews list="incidents" usual={[]} />;
    }
    renderPage(<Page />);
    await waitFor(() => expect(screen.getByRole('link', { name: 'From elsewhere' })).toBeDefined());
  });
});
