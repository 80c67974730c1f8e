import type { Query, QueryClient } from '@tanstack/react-query';

/** An answer that takes longer than this after it was outdated may never come: it is asked for anew. */
const PATIENCE_MS = 5000;

/** What is being answered although it has changed since it was asked for, and since when that is known. */
const outdated = new WeakMap<Query, number>();

/** Under way at its first attempt: one that failed and waits to be tried again has nothing to wait for. */
const isBeingAnswered = ({ state }: Query): boolean =>
  state.fetchStatus === 'fetching' && state.fetchFailureCount === 0;

/**
 * Reads anew what the page shows of `resource`, or of everything. An answer that is under way is not cut off but asked for once more
 * when it is here: on a slow line each event of a storm would else cancel the answer to the one before, and nothing would be shown.
 */
export function refresh(client: QueryClient, resource?: string): void {
  const filters = resource === undefined ? {} : { queryKey: [resource] };
  const now = performance.now();
  const awaited = (query: Query): boolean =>
    query.isActive() && isBeingAnswered(query) && now - (outdated.get(query) ?? now) < PATIENCE_MS;
  const others = new Set<Query>();
  for (const query of client.getQueryCache().findAll(filters)) {
    if (awaited(query)) outdated.set(query, outdated.get(query) ?? now);
    else {
      outdated.delete(query);
      others.add(query);
    }
  }
  void client.invalidateQueries({ predicate: (query) => others.has(query) });
}

/** Asks once more for what was outdated as soon as its answer is here, for as long as `client` is used. */
export function refreshOutdated(client: QueryClient): void {
  client.getQueryCache().subscribe(({ query }) => {
    if (query.state.fetchStatus !== 'idle' || !outdated.delete(query)) return;
    void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
  });
}
