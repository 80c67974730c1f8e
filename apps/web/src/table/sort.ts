interface Sortable<T> {
  readonly key: string;
  readonly sortBy?: (row: T) => string | number | null | undefined;
}

/** Rows by the column that `sort` names ("-key" for descending); unknown values last either way; without a sort the given order. */
export function sortRows<T>(rows: readonly T[], columns: readonly Sortable<T>[], sort: string): readonly T[] {
  const descending = sort.startsWith('-');
  const sortBy = columns.find((column) => column.key === sort.replace(/^-/, ''))?.sortBy;
  if (sortBy === undefined) return rows;
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const left = sortBy(a);
    const right = sortBy(b);
    if (left === null || left === undefined) return right === null || right === undefined ? 0 : 1;
    if (right === null || right === undefined) return -1;
    if (typeof left === 'number' && typeof right === 'number') return (left - right) * sign;
    return String(left).localeCompare(String(right), 'en', { numeric: true }) * sign;
  });
}
