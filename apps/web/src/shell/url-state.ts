import { useSearchParams } from 'react-router';

export const RANGES = [
  { value: '15m', label: 'Last 15 min', seconds: 900 },
  { value: '30m', label: 'Last 30 min', seconds: 1800 },
  { value: '1h', label: 'Last 1 h', seconds: 3600 },
  { value: '3h', label: 'Last 3 h', seconds: 10_800 },
  { value: '6h', label: 'Last 6 h', seconds: 21_600 },
  { value: '24h', label: 'Last 24 h', seconds: 86_400 },
] as const;
export const DEFAULT_RANGE = '30m';

/** One parameter of the URL; the default is left out, so that a link is as short as what it says. */
export function useParameter(
  name: string,
  fallback = '',
): readonly [string, (value: string, replace?: boolean) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (value: string, replace = false): void => {
    const next = new URLSearchParams(search);
    if (value === fallback || value === '') next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace });
  };
  return [search.get(name) ?? fallback, set];
}

/** The environment that everything is filtered by; undefined = all. */
export function useEnvironmentFilter(): string | undefined {
  const [environment] = useParameter('env');
  return environment === '' ? undefined : environment;
}

/** The chosen time range in seconds. */
export function useRange(): { readonly label: string; readonly seconds: number } {
  const [value] = useParameter('range', DEFAULT_RANGE);
  return RANGES.find((range) => range.value === value) ?? RANGES[1];
}

/** The parameters that stay when one moves to another screen. */
export function keptSearch(search: URLSearchParams): string {
  const kept = new URLSearchParams();
  for (const name of ['env', 'range']) {
    const value = search.get(name);
    if (value !== null) kept.set(name, value);
  }
  const text = kept.toString();
  return text === '' ? '' : `?${text}`;
}
