import '@fontsource-variable/inter';
import { ThemeProvider } from '@mui/material/styles';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ApiProblem } from './api/problem.ts';
import { worthRetrying } from './api/client.ts';
import { ZoneProvider } from './format/clock.tsx';
import { KeysProvider } from './keyboard/keys.tsx';
import { Announcer } from './live/announcer.tsx';
import { makeRouter } from './routes.tsx';
import { theme } from './theme/theme.ts';
import './theme/base.css';
import './shell/shell.css';
import './chart/chart.css';
import './table/table.css';

const client: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      gcTime: 600_000,
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
const router = makeRouter();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <ThemeProvider theme={theme} defaultMode="system" modeStorageKey="autoops-mode">
      <QueryClientProvider client={client}>
        <ZoneProvider>
          <KeysProvider>
            <RouterProvider router={router} />
            <Announcer />
          </KeysProvider>
        </ZoneProvider>
      </QueryClientProvider>
    </ThemeProvider>
  </StrictMode>,
);
