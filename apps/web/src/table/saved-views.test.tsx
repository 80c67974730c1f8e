// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../testing/page.tsx';
import { DataTable } from './data-table.tsx';
import { readKept } from '../shell/kept.ts';
import { SavedViews, VIEWS_KEY, viewsOf, viewSearch } from './saved-views.tsx';

const readViews = (list: string) => viewsOf(readKept(VIEWS_KEY)[list]);

describe('saved views', () => {
  it('save the filters of the address without those of the whole page, and forget them again', () => {
    renderPage(<SavedViews list="incidents" usual={[{ name: 'Open', search: 'state=open' }]} />, {
      url: '/incidents?sev=high&env=prod&service=checkout',
    });
    fireEvent.click(screen.getByRole('button', { name: 'Save this view' }));
    fireEvent.change(screen.getByLabelText('Name of the view'), { target: { value: 'Checkout' } });
    fireEvent.submit(screen.getByRole('button', { name: 'Save' }));
    expect(readViews('incidents')).toEqual([{ name: 'Checkout', search: 'service=checkout&sev=high' }]);
    const link = screen.getByRole('link', { name: 'Checkout' });
    expect(link.getAttribute('aria-current')).toBe('true');
    expect(link.getAttribute('href')).toContain('env=prod');
    fireEvent.click(screen.getByRole('button', { name: 'Forget the view Checkout' }));
    expect(readViews('incidents')).toEqual([]);
  });
  it('offer nothing to save where a view is open already', () => {
    renderPage(<SavedViews list="incidents" usual={[{ name: 'Open', search: 'state=open' }]} />, {
      url: '/incidents?state=open',
    });
    expect(screen.queryByRole('button', { name: 'Save this view' })).toBeNull();
    expect(viewSearch(new URLSearchParams('b=2&a=1&q=&range=1h'))).toBe('a=1&b=2');
  });
});

describe('columns', () => {
  const columns = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => ({
    key,
    title: key.toUpperCase(),
    width: '1fr',
    cell: () => key,
  }));
  const table = <DataTable label="Things" columns={columns} rows={[{}]} idOf={() => 'x'} empty={null} />;
  it('can be hidden, and stay hidden', async () => {
    renderPage(table);
    fireEvent.click(screen.getByRole('button', { name: 'Columns of Things' }));
    await screen.findByRole('menuitemcheckbox', { name: /C/ }, { timeout: 20_000 }); // the menu's code is loaded when it opens
    expect(screen.queryByRole('menuitemcheckbox', { name: /A/ })).toBeNull();
    fireEvent.click(screen.getByRole('menuitemcheckbox', { name: /C/ }));
    cleanup();
    renderPage(table);
    expect(screen.queryByRole('columnheader', { name: 'C' })).toBeNull();
    expect(screen.getByRole('columnheader', { name: 'D' })).toBeDefined();
  });
});
