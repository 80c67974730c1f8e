// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../testing/page.tsx';
import { byWords, FindField } from './find-field.tsx';
import { List } from './list.tsx';

interface Thing {
  readonly name: string;
  readonly state: string;
  readonly environment: string;
}
const THINGS: readonly Thing[] = [
  { name: 'alpha', state: 'open', environment: 'staging' },
  { name: 'beta', state: 'done', environment: 'prod' },
  { name: 'gamma', state: 'open', environment: 'prod' },
];
const answered = { data: {}, error: null, isPending: false, refetch: () => undefined };

function things(rows: readonly Thing[], more: Partial<Parameters<typeof List<Thing>>[0]> = {}) {
  return (
    <>
      <FindField label="Filter things" placeholder="By name" />
      <List<Thing>
        query={answered}
        what="things"
        label="Things"
        rows={rows}
        idOf={(row) => row.name}
        environmentOf={(row) => row.environment}
        filters={[{ title: 'State', parameter: 'state', of: (row) => row.state }, byWords((row) => row.name)]}
        order={(a, b) => b.name.localeCompare(a.name)}
        empty={{ title: 'No thing yet', text: 'Things appear here.' }}
        unmatched="No thing matches"
        columns={[{ key: 'name', title: 'Name', width: '1fr', cell: (row) => row.name }]}
        {...more}
      />
    </>
  );
}
const names = (): (string | null)[] => screen.queryAllByRole('cell').map((cell) => cell.textContent);

describe('a list', () => {
  it('is ordered, narrowed by the environment, and counts its facets within it', () => {
    renderPage(things(THINGS), { url: '/?env=prod' });
    expect(names()).toEqual(['gamma', 'beta']);
    fireEvent.click(screen.getByRole('button', { name: /open/ }));
    expect(names()).toEqual(['gamma']);
    expect(screen.getByRole('button', { name: /open/ }).textContent).toBe('open1');
  });
  it('says of how many rows its facets are while there are more to read', () => {
    const pages = { hasNextPage: true, isFetchingNextPage: false, fetchNextPage: () => Promise.resolve() };
    renderPage(things(THINGS, { older: ['Show older things', pages] }));
    expect(screen.getByRole('group', { name: 'State of the 3 loaded' })).toBeDefined();
    cleanup();
    renderPage(things(THINGS, { older: ['Show older things', { ...pages, hasNextPage: false }] }));
    expect(screen.getByRole('group', { name: 'State' })).toBeDefined();
  });
  it('tells "nothing there" from "nothing left"', () => {
    renderPage(things(THINGS));
    fireEvent.change(screen.getByLabelText('Filter things'), { target: { value: 'delta' } });
    expect(screen.getByRole('heading', { name: 'No thing matches' })).toBeDefined();
    cleanup();
    renderPage(things([]));
    expect(screen.getByRole('heading', { name: 'No thing yet' })).toBeDefined();
  });
  it('reads on where there is more', () => {
    let asked = 0;
    const query = {
      hasNextPage: true,
      isFetchingNextPage: false,
      fetchNextPage: () => Promise.resolve((asked += 1)),
    };
    renderPage(things(THINGS, { older: ['Show older things', query] }));
    fireEvent.click(screen.getByRole('button', { name: 'Show older things' }));
    expect(asked).toBe(1);
  });
  it('says what could not be read', () => {
    renderPage(things([], { query: { ...answered, data: undefined, error: new Error('gone') } }));
    expect(screen.getByRole('alert')).toBeDefined();
    expect(screen.queryByRole('table')).toBeNull();
  });
});
