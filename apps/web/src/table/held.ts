import { useEffect, useState } from 'react';

/** Closer to the top than this, a list counts as at its edge and takes new rows at once. */
const EDGE_PX = 80;

/** Splits rows into those to show and the number that wait; rows already on the page are always shown, in their new form. */
export function splitHeld<T>(
  rows: readonly T[],
  idOf: (row: T) => string,
  shown: ReadonlySet<string>,
  atEdge: boolean,
): { readonly visible: readonly T[]; readonly waiting: number } {
  if (atEdge || shown.size === 0) return { visible: rows, waiting: 0 };
  const visible = rows.filter((row) => shown.has(idOf(row)));
  return { visible, waiting: rows.length - visible.length };
}

/**
 * Holds new rows back while somebody reads further down, or the list itself (`reading`), so that nothing moves under the eye or the
 * finger.
 */
export function useHeld<T>(
  rows: readonly T[],
  idOf: (row: T) => string,
  filterKey: string,
  reading = false,
): { readonly visible: readonly T[]; readonly waiting: number; readonly release: () => void } {
  const [shown, setShown] = useState<{ readonly filterKey: string; readonly ids: ReadonlySet<string> }>({
    filterKey,
    ids: new Set(),
  });
  const [atTop, setAtTop] = useState(true);
  const atEdge = atTop && !reading;
  useEffect(() => {
    const listen = (): void => setAtTop(window.scrollY < EDGE_PX);
    addEventListener('scroll', listen, { passive: true });
    return () => removeEventListener('scroll', listen);
  }, []);
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- what was shown is remembered from one set of rows to the next
    if (atEdge || shown.filterKey !== filterKey) setShown({ filterKey, ids: new Set(rows.map(idOf)) });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- idOf is a pure function of the row; a new one is no reason to take the rows
  }, [atEdge, rows, filterKey]);
  const current = shown.filterKey === filterKey ? shown.ids : new Set<string>();
  return {
    ...splitHeld(rows, idOf, current, atEdge),
    release: () => setShown({ filterKey, ids: new Set(rows.map(idOf)) }),
  };
}
