import type { ReactNode } from 'react';

export interface PlainColumn<T> {
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  readonly align?: 'right';
}

/** A short table without sorting or keys: for settings and details, where everything fits on the screen. */
export function PlainTable<T>({
  label,
  rows,
  columns,
  idOf,
}: {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly PlainColumn<T>[];
  readonly idOf: (row: T) => string;
}) {
  return (
    <div className="scroll-x" role="group" aria-label={`${label}, scrolls sideways`} tabIndex={0}>
      <table className="plain-table cards level" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={column.align === 'right' ? 'num' : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={idOf(row)}>
              {columns.map((column) => (
                <td
                  key={column.title}
                  data-title={column.title}
                  className={column.align === 'right' ? 'num' : undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
