import { lazy, Suspense } from 'react';
import { LiveProvider } from './live/live.tsx';
import { SessionProvider, useSessionQuery } from './shell/session.tsx';
import { Shell } from './shell/shell.tsx';
import { Failed, Skeleton } from './state/states.tsx';
import { TourProvider } from './tour/tour.tsx';

const SignIn = lazy(() => import('./sign-in/sign-in.tsx'));

/** The shell for whoever is signed in, the sign-in page for everybody else; the URL stays, so that a link survives signing in. */
export function RootGate() {
  const query = useSessionQuery();
  if (query.data === undefined)
    return query.error === null ? (
      <Skeleton height={400} />
    ) : (
      <Failed error={query.error} what="session" retry={() => void query.refetch()} />
    );
  if (!query.data.authenticated)
    return (
      <Suspense fallback={<Skeleton height={400} />}>
        <SignIn session={query.data} />
      </Suspense>
    );
  return (
    <LiveProvider allowed={query.data.permissions.includes('aiops:read')}>
      <SessionProvider session={query.data}>
        <TourProvider>
          <Shell />
        </TourProvider>
      </SessionProvider>
    </LiveProvider>
  );
}
