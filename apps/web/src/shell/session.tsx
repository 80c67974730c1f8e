import type { SessionResource } from '@autoops/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use, type ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import { useAction } from '../controls/use-action.ts';
import { useOfflineReason } from '../live/live.tsx';
import { forbiddenText } from '../state/forbidden.ts';

const SessionContext = createContext<SessionResource | undefined>(undefined);

/** Makes the signed-in session known to the page. */
export function SessionProvider({
  session,
  children,
}: {
  readonly session: SessionResource;
  readonly children: ReactNode;
}) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Who is signed in. Only inside the shell. */
export function useSession(): SessionResource {
  const session = use(SessionContext);
  if (session === undefined) throw new Error('useSession is only for pages inside the shell');
  return session;
}

/** Who is signed in; undefined outside the shell. */
export function useSignedIn(): SessionResource | undefined {
  return use(SessionContext);
}

/** Whether there is anything to read for whoever looks: where there is not, nothing narrows, orders or exports it. */
export function useMayRead(): boolean {
  return useSignedIn()?.permissions.includes('aiops:read') ?? true;
}

/** Signs in or out; the page then starts anew at the same address. */
export function useSessionChange() {
  const client = useQueryClient();
  return useAction<unknown>(() => {
    client.clear();
    location.reload();
  });
}

/** The session as the server sees it now. */
export function useSessionQuery() {
  return useQuery({
    ...queries.session(),
    staleTime: 30_000,
    refetchInterval: ({ state }) => (state.data === undefined ? 5000 : 300_000),
  });
}

/** Why an action is off (offline, or the permission is missing), or undefined when it is on. */
export function useRefusal(permission: string): string | undefined {
  const session = useSession();
  const offline = useOfflineReason();
  if (offline !== undefined) return offline;
  return session.permissions.includes(permission) ? undefined : forbiddenText(permission);
}
