import { ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { StrictMode, type ReactNode } from 'react';
import { ZoneProvider } from './format/clock.tsx';
import { KeysProvider } from './keyboard/keys.tsx';
import { Announcer } from './live/announcer.tsx';
import { theme } from './theme/theme.ts';

/** What every page stands in; `children` is the router, which is one in the browser and another on the server. */
export function App({ client, children }: { readonly client: QueryClient; readonly children: ReactNode }) {
  return (
    <StrictMode>
      <ThemeProvider theme={theme} defaultMode="system" modeStorageKey="autoops-mode">
        <QueryClientProvider client={client}>
          <ZoneProvider>
            <KeysProvider>
              {children}
              <Announcer />
            </KeysProvider>
          </ZoneProvider>
        </QueryClientProvider>
      </ThemeProvider>
    </StrictMode>
  );
}
