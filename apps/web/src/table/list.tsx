import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { ActionButton } from '../controls/action-button.tsx';
import { plainNumber } from '../format/numbers.ts';
import { useMayRead } from '../shell/session.tsx';
import { useEnvironmentFilter } from '../shell/url-state.ts';
import { Empty } from '../state/empty.tsx';
import { Loaded, type QueryLike } from '../state/loaded.tsx';
import { Skeleton, SkeletonTable } from '../state/skeletons.tsx';
import { DataTable, type TableOf } from './data-table.tsx';
import { Facet, facetOptions } from './facets.tsx';
import { SavedViews, type View } from './saved-views.tsx';

/** One filter of a list: its parameter in the URL, and what it leaves. */
export interface Filter<T> {
  readonly parameter: string;
  /** Offered as a facet under this name; a filter without one is set elsewhere (a field, a view). */
  readonly title?: string;
  /** What a row has of it: the facet's options, and what the choice is compared with. */
  readonly of?: (row: T) => string | undefined;
  readonly label?: (value: string) => string;
  /** Whether a row stays under a choice, where that is more than "has it"; `byServer` where the rows come narrowed. */
  readonly keeps?: (row: T, value: string) => boolean;
}

/** The server has applied the filter already. */
export const byServer = (): boolean => true;

interface ListProps<T> extends Omit<TableOf<T>, 'rows' | 'filterKey' | 'empty'> {
  readonly query: QueryLike<unknown>;
  /** What the list holds, for messages: "the runs could not be read". */
  readonly what: string;
  readonly rows: readonly T[];
  readonly order?: (a: T, b: T) => number;
  readonly filters?: readonly Filter<T>[];
  /** Where a row belongs, for lists that the environment filter of the top bar narrows here. */
  readonly environmentOf?: (row: T) => string;
  /** Many facets stand beside the table, few above it. */
  readonly facets?: 'beside' | 'above';
  readonly views?: { readonly list: string; readonly usual: readonly View[] };
  /** Said when there is nothing at all. */
  readonly empty: Parameters<typeof Empty>[0];
  /** Said when filters hide all there is. */
  readonly unmatched?: string;
  /** The button that reads on, with the query that it reads on. */
  readonly older?: readonly [string, Pages];
  /** Rows of skeleton while the first answer is awaited. */
  readonly awaited?: number;
  /** Of a row in px where it stands in columns; for the skeleton. */
  readonly rowHeight?: number;
}

interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** The frame of every list: views, answer or what went wrong, facets, filtered and ordered rows, what an empty one says, reading on. */
export function List<T>(props: ListProps<T>) {
  const { query, what, rows, order, filters = [], environmentOf, facets = 'above', views, older, empty } = props;
  const [search] = useSearchParams();
  const environment = useEnvironmentFilter();
  const mayRead = useMayRead();
  const here =
    environment === undefined || environmentOf === undefined
      ? rows
      : rows.filter((row) => environmentOf(row) === environment);
  const kept = here.filter((row) => filters.every((filter) => passes(filter, row, search.get(filter.parameter) ?? '')));
  const note = older?.[1].hasNextPage === true ? `of the ${plainNumber(rows.length, 0)} loaded` : undefined;
  const offered = filters.flatMap(({ title, of, label, parameter }) => {
    const options = of === undefined ? [] : facetOptions(here, of, label);
    return title === undefined || options.length === 0
      ? []
      : [<Facet key={parameter} title={title} note={note} parameter={parameter} options={options} />];
  });
  const table = (
    <DataTable
      {...props}
      rows={order === undefined ? kept : kept.toSorted(order)}
      filterKey={[environment, ...filters.map((filter) => search.get(filter.parameter))].join('|')}
      empty={
        rows.length > 0 && props.unmatched !== undefined ? (
          <Empty title={props.unmatched} text="Clear a filter to see more." />
        ) : (
          <Empty {...empty} />
        )
      }
    />
  );
  const readOn: ReactNode = older !== undefined && older[1].hasNextPage && (
    <div className="row">
      <ActionButton busy={older[1].isFetchingNextPage} onClick={() => void older[1].fetchNextPage()}>
        {older[0]}
      </ActionButton>
    </div>
  );
  return (
    <>
      {views !== undefined && mayRead && <SavedViews {...views} />}
      <Loaded
        query={query}
        what={what}
        skeleton={
          <ListSkeleton
            rows={props.awaited ?? 8}
            rowHeight={props.rowHeight}
            facets={filters.some(({ title }) => title !== undefined) ? facets : undefined}
          />
        }
      >
        {() =>
          offered.length === 0 ? (
            <div className="stack">
              {table}
              {readOn}
            </div>
          ) : (
            <div className={facets === 'beside' ? 'with-facets' : undefined}>
              <div className={`facets${facets === 'above' ? ' inline' : ''}`}>{offered}</div>
              <div className="stack">
                {table}
                {readOn}
              </div>
            </div>
          )
        }
      </Loaded>
    </>
  );
}

/** The frame of a list that is awaited: its facets, its head, its rows. */
function ListSkeleton({
  rows,
  rowHeight,
  facets,
}: {
  readonly rows: number;
  readonly rowHeight: number | undefined;
  readonly facets: 'beside' | 'above' | undefined;
}) {
  return (
    <div className={facets === 'beside' ? 'with-facets' : 'stack'}>
      {facets !== undefined && <Skeleton height={facets === 'beside' ? 'var(--facets)' : 28} />}
      <SkeletonTable rows={rows} {...(rowHeight === undefined ? {} : { rowHeight })} />
    </div>
  );
}

function passes<T>(filter: Filter<T>, row: T, value: string): boolean {
  if (value === '') return true;
  return filter.keeps === undefined ? filter.of?.(row) === value : filter.keeps(row, value);
}
