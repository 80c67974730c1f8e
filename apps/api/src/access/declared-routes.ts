import { ROUTES, type Route } from '@autoops/contracts';

/** A route as the router really has it. */
export interface RouterEntry {
  readonly method: string;
  readonly url: string;
}

/** Finds the declared route of a router entry; HEAD is judged as the GET it stands for. */
export function routeOf(method: string, url: string | undefined): Route | undefined {
  return url === undefined ? undefined : BY_KEY.get(keyOf(method, url));
}

/**
 * What is wrong between the router's real list and the table: undeclared routes, which nobody would guard, and declared ones that
 * nothing answers. Any of them stops the boot.
 */
export function routeDifferences(entries: readonly RouterEntry[], others: readonly RouterEntry[]): readonly string[] {
  const open = new Set(others.map((entry) => keyOf(entry.method, entry.url)));
  const real = new Set(entries.map((entry) => keyOf(entry.method, entry.url)));
  const undeclared = [...real].filter((key) => !BY_KEY.has(key) && !open.has(key)).map((key) => `undeclared: ${key}`);
  const unanswered = [...BY_KEY.keys()].filter((key) => !real.has(key)).map((key) => `declared but not there: ${key}`);
  return [...undeclared, ...unanswered].toSorted();
}

function keyOf(method: string, url: string): string {
  return `${method === 'HEAD' ? 'GET' : method} ${url}`;
}

const BY_KEY = new Map(ROUTES.map((route) => [keyOf(route.method, route.path), route]));
