import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { plural } from '../format/numbers.ts';
import { useWidth } from '../frame/use-width.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { ColumnChoice, useHiddenColumns } from './column-choice.tsx';
import { fitting } from './fitting.ts';
import { useHeld } from './held.ts';
import { FIRST_WINDOW, measureWhenReported } from './measure.ts';
import { sortRows } from './sort.ts';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** A CSS grid track, for example `minmax(160px, 2fr)`. */
  readonly width: string;
  readonly cell: (row: T) => ReactNode;
  /** What the column sorts by; without it the column cannot be sorted. Nulls come last either way. */
  readonly sortBy?: (row: T) => string | number | null | undefined;
  readonly align?: 'right';
  /** Left out where there is no room for it, and on a phone. */
  readonly wideOnly?: boolean;
  /** On a phone a row is a card: this cell is its first line (else the first column's), and a named one says its title there. */
  readonly lead?: boolean;
  readonly named?: boolean;
}

/** A table: its rows, its columns, where a row leads. */
export interface TableOf<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly idOf: (row: T) => string;
  /** Where a row leads; its first cell becomes the link. */
  readonly to?: (row: T) => string;
  readonly onOpen?: (row: T) => void;
  readonly expanded?: (row: T) => ReactNode;
  readonly filterKey?: string;
  readonly empty: ReactNode;
}

/** Fewer rows than this are all in the document: find-in-page works, and there is nothing to gain. */
const VIRTUAL_FROM = 100;
const ROW_PX = 44;
/** Tables with fewer columns have nothing to spare. */
const CHOICE_FROM = 6;

/** The one table: sortable by URL, j/k and Enter, virtual when long, and a list of cards on a phone. */
export function DataTable<T>(props: TableOf<T>) {
  const { rows, idOf, to, onOpen, expanded } = props;
  const hidden = useHiddenColumns(props.label);
  const [frame, width] = useWidth();
  const chosen = props.columns.filter((column, index) => index === 0 || !hidden.includes(column.key));
  const columns = fitting(chosen, width);
  const crowdedOut = chosen.filter((column) => !columns.includes(column)).map((column) => column.title);
  const [search, setSearch] = useSearchParams();
  const sort = search.get('sort') ?? '';
  const navigate = useNavigate();
  const [active, setActive] = useState(-1);
  const host = useRef<HTMLDivElement>(null);

  const { visible, waiting, release } = useHeld(rows, idOf, `${props.filterKey ?? ''}|${sort}`);
  const sorted = useMemo(() => sortRows(visible, props.columns, sort), [visible, props.columns, sort]);
  const virtual = sorted.length >= VIRTUAL_FROM;
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer hands out functions; nothing here is memoised on them
  const virtualizer = useWindowVirtualizer<HTMLElement>({
    count: virtual ? sorted.length : 0,
    estimateSize: () => ROW_PX,
    overscan: 12,
    measureElement: measureWhenReported,
    initialRect: FIRST_WINDOW,
    scrollMargin: host.current?.offsetTop ?? 0,
    getItemKey: (index) => {
      const row = sorted[index];
      return row === undefined ? index : idOf(row);
    },
  });

  const open = (row: T | undefined): void => {
    if (row === undefined) return;
    if (to !== undefined) void navigate(to(row));
    else onOpen?.(row);
  };
  const move = (step: number): void => setActive((index) => Math.min(sorted.length - 1, Math.max(0, index + step)));
  useKeys({
    j: { label: 'Next row', run: () => move(1) },
    k: { label: 'Previous row', run: () => move(-1) },
    Enter: { label: 'Open row', run: () => open(sorted[active]) },
  });
  useEffect(() => {
    if (active < 0) return;
    if (virtual) virtualizer.scrollToIndex(active);
    else host.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: 'nearest' });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the virtualizer is a new object at each render; only a move scrolls
  }, [active, virtual]);

  const sortOn = (key: string): void => {
    const next = new URLSearchParams(search);
    next.set('sort', sort === key ? `-${key}` : key);
    setSearch(next, { replace: true });
  };

  const lead = columns.find((column) => column.lead === true) ?? columns[0];
  const cellClass = (column: Column<T>): string =>
    [
      'dt-cell',
      ...(column.align === 'right' ? ['num'] : []),
      ...(column.wideOnly === true ? ['wide-only'] : []),
      ...(column === lead ? ['lead'] : column.align === 'right' || column.named === true ? ['named'] : []),
    ].join(' ');
  const template = columns.map((column) => column.width).join(' ');
  const renderRow = (row: T, index: number, style?: React.CSSProperties): ReactNode => {
    const href = to?.(row);
    const more = expanded?.(row);
    return (
      <div
        key={idOf(row)}
        data-index={index}
        ref={virtual ? virtualizer.measureElement : undefined}
        style={style}
        role="rowgroup"
      >
        <div
          role="row"
          aria-rowindex={index + 2}
          className={`dt-row${index === active ? ' active' : ''}${href !== undefined || onOpen !== undefined ? ' opens' : ''}`}
          style={{ gridTemplateColumns: template }}
          onClick={(event) => {
            if ((event.target as HTMLElement).closest('a,button,input') === null && getSelection()?.toString() === '')
              open(row);
          }}
        >
          {columns.map((column, position) => (
            <div key={column.key} role="cell" data-title={column.title} className={cellClass(column)}>
              {position === 0 && href !== undefined ? (
                <Link to={href} className="dt-link">
                  {column.cell(row)}
                </Link>
              ) : (
                column.cell(row)
              )}
            </div>
          ))}
        </div>
        {more !== undefined && more !== null && (
          <div role="row" className="dt-more">
            <div role="cell">{more}</div>
          </div>
        )}
      </div>
    );
  };

  if (rows.length === 0) return <>{props.empty}</>;
  return (
    <div className="card flush dt" ref={frame}>
      {waiting > 0 && (
        <button type="button" className="dt-new" onClick={release}>
          {waiting} new
        </button>
      )}
      <div role="table" aria-label={props.label} aria-rowcount={sorted.length + 1}>
        <div role="rowgroup" className="dt-head">
          <div role="row" aria-rowindex={1} className="dt-row" style={{ gridTemplateColumns: template }}>
            {columns.map((column) => {
              const direction =
                sort === column.key ? 'ascending' : sort === `-${column.key}` ? 'descending' : undefined;
              return (
                <div
                  key={column.key}
                  role="columnheader"
                  className={cellClass(column)}
                  {...(direction === undefined ? {} : { 'aria-sort': direction })}
                >
                  {column.sortBy === undefined ? (
                    column.title
                  ) : (
                    <button type="button" onClick={() => sortOn(column.key)}>
                      {column.title}
                      <span aria-hidden="true">
                        {direction === 'ascending' ? ' ↑' : direction === 'descending' ? ' ↓' : ''}
                      </span>
                    </button>
                  )}
                </div>
              );
            })}
          </div>
        </div>
        <div
          ref={host}
          role="presentation"
          style={virtual ? { height: virtualizer.getTotalSize(), position: 'relative' } : undefined}
        >
          {virtual
            ? virtualizer.getVirtualItems().map((item) => {
                const row = sorted[item.index];
                const offset = item.start - virtualizer.options.scrollMargin;
                return row === undefined
                  ? null
                  : renderRow(row, item.index, {
                      position: 'absolute',
                      top: 0,
                      left: 0,
                      right: 0,
                      transform: `translateY(${offset}px)`,
                    });
              })
            : sorted.map((row, index) => renderRow(row, index))}
        </div>
      </div>
      {props.columns.length >= CHOICE_FROM && (
        <div className="dt-foot">
          <span className="small faint">
            {plural(sorted.length, 'row')}
            {crowdedOut.length > 0 && ` · no room for ${crowdedOut.join(', ')}`}
          </span>
          <ColumnChoice table={props.label} columns={props.columns} hidden={hidden} />
        </div>
      )}
    </div>
  );
}
