import { lazy, Suspense } from 'react';
import { LiveProvider } from './live/live.tsx';
import { useFrameOver } from './shell/frame-over.ts';
import { SessionProvider, useSessionQuery } from './shell/session.tsx';
import { Shell } from './shell/shell.tsx';
import { Failed, Skeleton } from './state/states.tsx';
import { TourProvider } from './tour/tour.tsx';

const SignIn = lazy(() => import('./sign-in/sign-in.tsx'));

function SessionFailed({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  useFrameOver();
  return <Failed error={error} what="session" retry={retry} />;
}

/** The shell for whoever is signed in, the sign-in page for everybody else; the URL stays, so that a link survives signing in. */
export function RootGate() {
  const query = useSessionQuery();
  if (query.data === undefined)
    return query.error === null ? (
      <Skeleton height={400} />
    ) : (
      <SessionFailed error={query.error} retry={() => void query.refetch()} />
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
