import type { Permission, SessionResource } from '@autoops/contracts';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { KeysProvider } from '../keyboard/keys.tsx';
import { SessionProvider } from '../shell/session.tsx';
import { theme } from '../theme/theme.ts';

const ALL: readonly Permission[] = ['aiops:read', 'aiops:analyze', 'aiops:remediate', 'aiops:admin', 'autoops:approve'];

/** Renders a part of a page as somebody with these permissions (default: all) sees it, at `url`. */
export function renderPage(
  children: ReactNode,
  {
    permissions = ALL,
    url = '/',
    client = new QueryClient({ defaultOptions: { queries: { retry: false } } }),
  }: { readonly permissions?: readonly Permission[]; readonly url?: string; readonly client?: QueryClient } = {},
) {
  const session: SessionResource = {
    authenticated: true,
    subject: 'anna@example.org',
    name: 'Anna',
    role: 'admin',
    permissions: [...permissions],
    devUsers: [],
    demo: true,
    version: '0.0.0',
  };
  return render(
    <ThemeProvider theme={theme}>
      <QueryClientProvider client={client}>
        <KeysProvider>
          <SessionProvider session={session}>
            <MemoryRouter initialEntries={[url]}>{children}</MemoryRouter>
          </SessionProvider>
        </KeysProvider>
      </QueryClientProvider>
    </ThemeProvider>,
  );
}
