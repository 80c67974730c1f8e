import { useSearchParams } from 'react-router';

export interface FacetOption {
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

/** One group of filters; the choice stands in the URL under `parameter`. */
export function Facet({
  title,
  note,
  parameter,
  options,
}: {
  readonly title: string;
  /** What the counts are of, where that is not all there is. */
  readonly note?: string | undefined;
  readonly parameter: string;
  readonly options: readonly FacetOption[];
}) {
  const [search, setSearch] = useSearchParams();
  const chosen = search.get(parameter);
  if (options.length === 0) return null;
  const choose = (value: string): void => {
    const next = new URLSearchParams(search);
    if (chosen === value) next.delete(parameter);
    else next.set(parameter, value);
    setSearch(next);
  };
  return (
    <fieldset className="facet">
      <legend className={note === undefined ? undefined : 'noted'}>
        {title}
        {note !== undefined && <span className="faint"> {note}</span>}
      </legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={chosen === option.value}
          onClick={() => choose(option.value)}
        >
          <span>{option.label}</span>
          <span className="faint nowrap">{option.count}</span>
        </button>
      ))}
    </fieldset>
  );
}

/** Options of a facet from rows: each value once, the most frequent first. */
export function facetOptions<T>(
  rows: readonly T[],
  valueOf: (row: T) => string | undefined,
  labelOf: (value: string) => string = (value) => value,
): FacetOption[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = valueOf(row);
    if (value !== undefined && value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, label: labelOf(value), count }))
    .toSorted((a, b) => b.count - a.count || a.label.localeCompare(b.label));
}
