import MenuItem from '@mui/material/MenuItem';
import { useMemo, useState } from 'react';
import { keepMember, useKept } from '../shell/kept.ts';
import { PopMenu } from '../controls/pop-menu.tsx';

/** Where this browser keeps its copy, by table. */
export const COLUMNS_KEY = 'autoops-columns';

/** The columns of a table that somebody hid, as they were kept; none where they cannot be read. */
export function hiddenOf(kept: unknown): readonly string[] {
  return Array.isArray(kept) ? kept.filter((key): key is string => typeof key === 'string') : [];
}

/** The columns of a table that are hidden now. */
export function useHiddenColumns(table: string): readonly string[] {
  const kept = useKept(COLUMNS_KEY)[table];
  return useMemo(() => hiddenOf(kept), [kept]);
}

/** Which columns a table shows; the first one always stays, for it names the row. */
export function ColumnChoice({
  table,
  columns,
  hidden,
}: {
  readonly table: string;
  readonly columns: readonly { readonly key: string; readonly title: string }[];
  readonly hidden: readonly string[];
}) {
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        ref={setAnchor}
        type="button"
        className="dt-columns"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`Columns of ${table}`}
        onClick={() => setOpen(true)}
      >
        <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
          <path d="M1.5 2.5h11v9h-11zM5.2 2.5v9M8.8 2.5v9" fill="none" stroke="currentColor" strokeWidth="1.4" />
        </svg>
        Columns{hidden.length > 0 && `, ${hidden.length} hidden`}
      </button>
      <PopMenu open={open} anchorEl={anchor} onClose={() => setOpen(false)}>
        {columns.slice(1).map((column) => {
          const shown = !hidden.includes(column.key);
          return (
            <MenuItem
              key={column.key}
              role="menuitemcheckbox"
              aria-checked={shown}
              onClick={() => {
                const next = shown ? [...hidden, column.key] : hidden.filter((key) => key !== column.key);
                keepMember(COLUMNS_KEY, table, next);
              }}
            >
              <span className="tick" aria-hidden="true">
                {shown ? '✓' : ''}
              </span>
              {column.title}
            </MenuItem>
          );
        })}
      </PopMenu>
    </>
  );
}
