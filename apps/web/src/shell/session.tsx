import type { SessionResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { createContext, use, type ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import { forbiddenText } from '../state/states.tsx';
import { useOfflineReason } from '../live/live.tsx';

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
