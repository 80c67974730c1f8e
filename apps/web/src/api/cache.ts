import { QueryCache, QueryClient } from '@tanstack/react-query';
import { worthRetrying } from './client.ts';
import { ApiProblem } from './problem.ts';
import { refreshOutdated } from './refresh.ts';

declare module '@tanstack/react-query' {
  interface Register {
    /** What a GET asks, so that the server can ask it while it draws the first page. */
    readonly queryMeta: { readonly path?: string; readonly paged?: boolean };
  }
}

/** What a page knows of the API; `keepMs`: how long of what is no longer shown. */
export function makeClient({ keepMs = 600_000 }: { readonly keepMs?: number } = {}): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5000,
        gcTime: keepMs,
        retry: (count, error) => count < 2 && worthRetrying(error),
        refetchOnWindowFocus: true,
      },
    },
    queryCache: new QueryCache({
      // A session that ended elsewhere shows the sign-in page instead of a page full of errors.
      onError: (error, query) => {
        if (error instanceof ApiProblem && error.status === 401 && query.queryKey[0] !== 'session')
          void client.invalidateQueries({ queryKey: ['session'] });
      },
    }),
  });
  refreshOutdated(client);
  return client;
}
