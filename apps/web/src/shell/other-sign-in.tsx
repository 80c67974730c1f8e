import { calls } from '../api/actions.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { useSignedIn, useSessionChange } from './session.tsx';

/** Beside a refusal: as whom it was asked, and the way to the sign-in page at this address. Nothing where nobody is signed in. */
export function OtherSignIn() {
  const session = useSignedIn();
  const change = useSessionChange();
  if (session === undefined) return null;
  return (
    <>
      <p className="small">
        You are signed in as {session.name ?? session.subject ?? 'somebody without a name'}, role{' '}
        {session.role ?? 'none'}.
      </p>
      <ActionButton busy={change.isPending} onClick={() => change.mutate(calls.logout())}>
        Sign in with another token
      </ActionButton>
    </>
  );
}
