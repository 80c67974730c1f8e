import TextField from '@mui/material/TextField';
import type { SessionResource } from '@autoops/contracts';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { CommandLine } from '../controls/command-line.tsx';
import { useAction } from '../controls/use-action.ts';
import { useTitle } from '../shell/title.ts';
import { Banner } from '../state/banner.tsx';
import { SignInCard } from './sign-in-card.tsx';

const DEV_USER_NOTES: Readonly<Record<string, string>> = {
  'operator@demo': 'sees, analyses and executes',
  'approver@demo': 'sees and decides approvals',
  'admin@demo': 'also changes policies, tokens and notifications',
  'viewer@demo': 'only looks',
};

/** Sign-in: the demo's users on loopback, or a token exchanged for a session cookie. */
export default function SignIn({ session }: { readonly session: SessionResource }) {
  useTitle('Sign in');
  const [token, setToken] = useState('');
  const action = useAction<unknown>();
  const command = 'npx --no autoops token create --role operator';
  return (
    <SignInCard demo={session.demo}>
      <h1>Sign in</h1>
      {action.error !== null && (
        <Banner tone="deny" glyph="stop">
          <b>{asProblem(action.error).title}</b> {asProblem(action.error).detail ?? ''}
        </Banner>
      )}
      {session.devUsers.length > 0 && (
        <section className="stack tight">
          <h2>On this machine</h2>
          {session.devUsers.map((user) => (
            <ActionButton
              key={user}
              fullWidth
              primary={user === session.devUsers[0]}
              busy={action.isPending}
              onClick={() => action.mutate(calls.login(user))}
            >
              Continue as {user}
            </ActionButton>
          ))}
          <p className="small muted">
            {session.devUsers.map((user) => `${user} ${DEV_USER_NOTES[user] ?? ''}`.trim()).join('; ')}. Nobody approves
            what they asked for, so a fix in prod takes an operator and an approver.
          </p>
        </section>
      )}
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          action.mutate(calls.loginWithToken(token.trim()));
        }}
      >
        <h2>With a token</h2>
        <TextField
          type="password"
          label="Token"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          autoComplete="off"
          margin="dense"
        />
        <ActionButton
          type="submit"
          fullWidth
          busy={action.isPending}
          disabledBecause={token.trim() === '' ? 'Paste a token first.' : undefined}
        >
          Sign in with token
        </ActionButton>
        <p className="small muted">A token comes from this command, run where AutoOps runs:</p>
        <CommandLine text={command} />
      </form>
    </SignInCard>
  );
}
