import { useState } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router';
import { ActionButton } from '../controls/action-button.tsx';
import { keepMember, useKept } from '../shell/kept.ts';

/** A named set of filters: what follows the `?` of a list's address. */
export interface View {
  readonly name: string;
  readonly search: string;
}

/** Where this browser keeps its copy, by list. */
export const VIEWS_KEY = 'autoops-views';

/** Parameters that belong to the whole page, not to a view. */
const OF_THE_PAGE = ['env', 'range', 'view', 'tab'];

/** The views of a list as they were kept; none where they cannot be read. */
export function viewsOf(views: unknown): readonly View[] {
  return Array.isArray(views)
    ? views.filter((view): view is View => typeof view?.name === 'string' && typeof view?.search === 'string')
    : [];
}

/** The part of a search that a view is: filters and sort, in a fixed order, so that two equal ones are told to be equal. */
export function viewSearch(search: URLSearchParams): string {
  const kept = [...search].filter(([name, value]) => value !== '' && !OF_THE_PAGE.includes(name));
  return new URLSearchParams(kept.toSorted(([a], [b]) => a.localeCompare(b))).toString();
}

/** Views of a list as links: those that come with it, those that somebody saved, and a field to save the present one. */
export function SavedViews({ list, usual }: { readonly list: string; readonly usual: readonly View[] }) {
  const [search] = useSearchParams();
  const { pathname } = useLocation();
  const own = viewsOf(useKept(VIEWS_KEY)[list]);
  const [name, setName] = useState<string | undefined>();
  const present = viewSearch(search);
  const known = [{ name: 'All', search: '' }, ...usual, ...own].some((view) => view.search === present);
  const keep = (views: readonly View[]): void => keepMember(VIEWS_KEY, list, views);
  const to = (view: View): string => {
    const next = new URLSearchParams(view.search);
    for (const each of ['env', 'range']) {
      const value = search.get(each);
      if (value !== null) next.set(each, value);
    }
    return `${pathname}?${next.toString()}`;
  };
  const link = (view: View) => (
    <Link
      key={view.name}
      to={to(view)}
      className={`chip${view.search === present ? ' run' : ''}`}
      {...(view.search === present ? { 'aria-current': 'true' as const } : {})}
    >
      {view.name}
    </Link>
  );
  return (
    <div className="row views" role="group" aria-label="Views">
      {[{ name: 'All', search: '' }, ...usual].map(link)}
      {own.map((view) => (
        <span key={view.name} className="view">
          {link(view)}
          <button
            type="button"
            aria-label={`Forget the view ${view.name}`}
            onClick={() => keep(own.filter((other) => other !== view))}
          >
            ×
          </button>
        </span>
      ))}
      {!known && name === undefined && (
        <button type="button" className="chip" onClick={() => setName('')}>
          Save this view
        </button>
      )}
      {name !== undefined && (
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = name.trim();
            if (wanted === '') return;
            keep([...own.filter((view) => view.name !== wanted), { name: wanted, search: present }]);
            setName(undefined);
          }}
        >
          <input
            className="filter"
            aria-label="Name of the view"
            placeholder="Name of the view"
            value={name}
            maxLength={40}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setName(undefined)}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the field appears because its button was pressed
            autoFocus
          />
          <ActionButton type="submit">Save</ActionButton>
        </form>
      )}
    </div>
  );
}
