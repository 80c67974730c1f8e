import { lazy, Suspense } from 'react';
import { LiveProvider } from './live/live.tsx';
import { useFrameOver } from './shell/frame-over.ts';
import { SessionProvider, useSessionQuery } from './shell/session.tsx';
import { Shell } from './shell/shell.tsx';
import { SignInCard } from './sign-in/sign-in-card.tsx';
import { Failed } from './state/failed.tsx';
import { useLastFailure } from './state/loaded.tsx';
import { Skeleton } from './state/skeletons.tsx';
import { TourProvider } from './tour/tour.tsx';

const SignIn = lazy(() => import('./sign-in/sign-in.tsx'));

function SessionFailed({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  useFrameOver();
  return (
    <SignInCard>
      <h1>Sign in</h1>
      <Failed error={error} what="session" retry={retry} />
    </SignInCard>
  );
}

function SessionAwaited() {
  return (
    <SignInCard>
      <Skeleton height={28} width="40%" />
      <Skeleton height={500} />
    </SignInCard>
  );
}

/** The shell for whoever is signed in, the sign-in page for everybody else; the URL stays, so that a link survives signing in. */
export function RootGate() {
  const query = useSessionQuery();
  const failure = useLastFailure([query], 'session');
  if (query.data === undefined)
    return failure === null ? <SessionAwaited /> : <SessionFailed error={failure} retry={() => void query.refetch()} />;
  if (!query.data.authenticated)
    return (
      <Suspense fallback={<SessionAwaited />}>
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
