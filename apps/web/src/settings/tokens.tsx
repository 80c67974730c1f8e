import TextField from '@mui/material/TextField';
import type { Role, TokenCreated, TokenResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { Choice } from '../controls/choice.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { Time, useNow } from '../format/clock.tsx';
import { Empty } from '../state/empty.tsx';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonRows } from '../state/skeletons.tsx';
import { Status } from '../status/status.tsx';
import { PlainTable } from '../table/plain-table.tsx';
import { SecretOnce } from './secret-once.tsx';

const ROLES: readonly (readonly [Role, string])[] = [
  ['viewer', 'viewer'],
  ['operator', 'operator'],
  ['approver', 'approver'],
  ['admin', 'admin'],
  ['ingest', 'ingest'],
];
const MAY: Readonly<Record<Role, string>> = {
  viewer: 'reads everything, changes nothing',
  operator: 'reads, evaluates and starts plans, stops automation',
  approver: 'reads and decides approvals; only a person can approve',
  admin: 'does all of this, and manages tokens, notifications and toggles',
  ingest: 'sends signals and nothing else',
};
const DAYS: readonly (readonly [string, string])[] = [
  ['7', '7 days'],
  ['90', '90 days'],
  ['365', '1 year'],
  ['', 'never'],
];

function TokenState({ token }: { readonly token: TokenResource }) {
  const now = useNow().getTime();
  if (token.revokedAt !== undefined) return <Status kind="verdict" value="deny" word="Revoked" />;
  if (token.expiresAt !== undefined && Date.parse(token.expiresAt) < now)
    return <Status kind="verdict" value="deny" word="Expired" />;
  return <Status kind="verdict" value="allow" word="Valid" />;
}

function NewToken({
  onDone,
  onClose,
}: {
  readonly onDone: (made: TokenCreated) => void;
  readonly onClose: () => void;
}) {
  const [role, setRole] = useState<Role>('viewer');
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const action = useAction<TokenCreated>(onDone);
  return (
    <ConfirmDialog
      open
      title="Make a token"
      confirm={`Make ${role} token`}
      busy={action.isPending}
      error={action.error}
      disabledBecause={name.trim() === '' ? 'Name what the token is for; the audit log shows it.' : undefined}
      onClose={onClose}
      onConfirm={() =>
        action.mutate(
          calls.createToken({ role, name: name.trim(), ...(days === '' ? {} : { expiresInDays: Number(days) }) }),
        )
      }
    >
      <TextField
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        helperText="An address such as anna@example.org makes it a person's; any other name is a service."
        margin="dense"
        autoFocus
      />
      <Choice label="Role" value={role} options={ROLES} onChoose={setRole} />
      <p className="small muted">This token {MAY[role]}.</p>
      <Choice label="Valid for" value={days} options={DAYS} onChoose={setDays} />
    </ConfirmDialog>
  );
}

/** Opaque tokens: who they are for, whether they still work, and the way to make and revoke one. */
export function Tokens() {
  const query = useQuery(queries.tokens());
  const [asked, setAsked] = useState<'new' | TokenResource | undefined>();
  const [made, setMade] = useState<TokenCreated | undefined>();
  const revoke = useAction<unknown>(() => setAsked(undefined));
  return (
    <section className="card" aria-labelledby="tokens">
      <div className="top">
        <h2 id="tokens" className="h3">
          Tokens
        </h2>
        <ActionButton onClick={() => setAsked('new')}>Make a token</ActionButton>
      </div>
      {made !== undefined && (
        <SecretOnce
          title={`The ${made.role} token ${made.name} is made.`}
          secret={made.token}
          onKept={() => setMade(undefined)}
        />
      )}
      <Loaded query={query} what="tokens" skeleton={<SkeletonRows rows={3} />}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title="No token"
              text="Tokens let scripts and sources in; they are stored hashed and shown once."
              command="npx --no autoops token create --role viewer"
            />
          ) : (
            <PlainTable
              label="Tokens"
              rows={page.items}
              idOf={(row) => row.id}
              columns={[
                { title: 'Name', cell: (row) => <b>{row.name}</b> },
                { title: 'Role', cell: (row) => row.role },
                { title: 'Source', cell: (row) => row.source ?? '—' },
                { title: 'State', cell: (row) => <TokenState token={row} /> },
                { title: 'Made', cell: (row) => <Time at={row.createdAt} relative /> },
                {
                  title: 'Last used',
                  cell: (row) => (row.lastUsedAt === undefined ? 'never' : <Time at={row.lastUsedAt} relative />),
                },
                {
                  title: 'Expires',
                  cell: (row) => (row.expiresAt === undefined ? 'never' : row.expiresAt.slice(0, 10)),
                },
                {
                  title: 'Action',
                  cell: (row) =>
                    row.revokedAt === undefined ? (
                      <ActionButton danger onClick={() => setAsked(row)}>
                        Revoke
                      </ActionButton>
                    ) : null,
                },
              ]}
            />
          )
        }
      </Loaded>
      {asked === 'new' && (
        <NewToken
          onClose={() => setAsked(undefined)}
          onDone={(token) => {
            setMade(token);
            setAsked(undefined);
          }}
        />
      )}
      {asked !== undefined && asked !== 'new' && (
        <ConfirmDialog
          open
          danger
          title={`Revoke the token ${asked.name}?`}
          confirm="Revoke token"
          busy={revoke.isPending}
          error={revoke.error}
          onClose={() => setAsked(undefined)}
          onConfirm={() => revoke.mutate(calls.revokeToken(asked.id))}
        >
          <p>
            Whoever uses it is refused from now on
            {asked.source === undefined ? '' : `; the source ${asked.source} stops being received`}. This cannot be
            undone; make a new token instead.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}
