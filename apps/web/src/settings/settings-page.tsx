import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ActionMenu } from '../controls/action-menu.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { useAction } from '../controls/use-action.ts';
import { Time } from '../format/clock.tsx';
import { useKeysContext } from '../keyboard/keys.tsx';
import { useRefusal, useSession } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { Empty, Loaded, SkeletonRows } from '../state/states.tsx';

type Row = Readonly<Record<string, unknown>>;
const word = (row: Row, name: string): string =>
  typeof row[name] === 'string' || typeof row[name] === 'number' ? String(row[name]) : '';

function PlainRows({
  rows,
  columns,
  action,
}: {
  readonly rows: readonly Row[];
  readonly columns: readonly (readonly [string, string])[];
  readonly action?: (row: Row) => React.ReactNode;
}) {
  return (
    <div className="scroll-x">
      <table className="plain-table">
        <thead>
          <tr>
            {columns.map(([name, title]) => (
              <th key={name} scope="col">
                {title}
              </th>
            ))}
            {action !== undefined && <th scope="col">Action</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={word(row, 'id') || index}>
              {columns.map(([name]) => (
                <td key={name}>
                  {/At$/.test(name) && word(row, name) !== '' ? (
                    <Time at={word(row, name)} relative />
                  ) : (
                    word(row, name) || '—'
                  )}
                </td>
              ))}
              {action !== undefined && <td>{action(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Tokens() {
  const query = useQuery(queries.tokens());
  const action = useAction<unknown>();
  const command = 'npx --no autoops token create --role viewer';
  return (
    <section className="card">
      <div className="top">
        <h2 className="h3">Tokens</h2>
        <span className="row small muted">
          A new one: <code>{command}</code> <CopyButton text={command} label="Copy" />
        </span>
      </div>
      <Loaded query={query} what="tokens" skeleton={<SkeletonRows rows={3} />}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title="No token"
              text="Tokens let scripts and sources in; they are stored hashed and shown once."
              command={command}
            />
          ) : (
            <PlainRows
              rows={page.items}
              columns={[
                ['name', 'Name'],
                ['role', 'Role'],
                ['source', 'Source'],
                ['createdAt', 'Made'],
                ['lastUsedAt', 'Last used'],
                ['revokedAt', 'Revoked'],
              ]}
              action={(row) =>
                word(row, 'revokedAt') === '' ? (
                  <ActionButton
                    danger
                    busy={action.isPending}
                    onClick={() =>
                      action.mutate({
                        title: 'Revoke token',
                        method: 'DELETE',
                        path: `/api/v1/tokens/${encodeURIComponent(word(row, 'id'))}`,
                      })
                    }
                  >
                    Revoke
                  </ActionButton>
                ) : null
              }
            />
          )
        }
      </Loaded>
    </section>
  );
}

function Channels() {
  const channels = useQuery(queries.channels());
  const deliveries = useQuery(queries.deliveries());
  const action = useAction<unknown>();
  return (
    <section className="card">
      <div className="top">
        <h2 className="h3">Notifications</h2>
        <span className="small muted">signed Standard Webhooks</span>
      </div>
      <Loaded query={channels} what="channels" skeleton={<SkeletonRows rows={2} />}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title="No channel"
              text="A channel gets a signed message when an incident opens, an approval is needed, a run finishes or a person must look. Add one with POST /api/v1/channels {name, url}."
            />
          ) : (
            <PlainRows
              rows={page.items}
              columns={[
                ['name', 'Name'],
                ['url', 'URL'],
                ['createdAt', 'Made'],
                ['disabledAt', 'Disabled'],
              ]}
              action={(row) => (
                <ActionButton
                  busy={action.isPending}
                  onClick={() =>
                    action.mutate({
                      title: 'Send test',
                      method: 'POST',
                      path: `/api/v1/channels/${encodeURIComponent(word(row, 'id'))}/test`,
                      body: {},
                    })
                  }
                >
                  Send test
                </ActionButton>
              )}
            />
          )
        }
      </Loaded>
      {(deliveries.data?.items.length ?? 0) > 0 && (
        <>
          <h2 style={{ marginTop: 12 }}>Delivery log</h2>
          <PlainRows
            rows={deliveries.data?.items ?? []}
            columns={[
              ['type', 'Message'],
              ['state', 'State'],
              ['attempts', 'Attempts'],
              ['lastStatus', 'Status'],
              ['lastError', 'Error'],
              ['createdAt', 'Made'],
            ]}
            action={(row) => (
              <ActionButton
                busy={action.isPending}
                onClick={() =>
                  action.mutate({
                    title: 'Send again',
                    method: 'POST',
                    path: `/api/v1/deliveries/${encodeURIComponent(word(row, 'id'))}/redeliver`,
                    body: {},
                  })
                }
              >
                Send again
              </ActionButton>
            )}
          />
        </>
      )}
    </section>
  );
}

/** What I may do, tokens, notifications, keys. */
export default function SettingsPage() {
  useTitle('Settings');
  const session = useSession();
  const keys = useKeysContext();
  const admin = useRefusal('aiops:admin');
  return (
    <>
      <div className="pagehead">
        <h1>Settings</h1>
        <ActionMenu
          calls={[]}
          items={[
            {
              label: keys.on ? 'Turn single-key shortcuts off' : 'Turn single-key shortcuts on',
              onSelect: () => keys.setOn(!keys.on),
            },
          ]}
        />
      </div>
      <div className="stack">
        <section className="card">
          <h2 className="h3">Signed in</h2>
          <div className="rows">
            {(
              [
                ['Name', session.name ?? session.subject ?? ''],
                ['Role', session.role ?? ''],
                ['Permissions', session.permissions.join(', ')],
                ['Workspace', session.workspace ?? 'default'],
                ['Version', session.version],
                ...(session.seasonNote === undefined ? [] : ([['Seasons', session.seasonNote]] as const)),
              ] as const
            ).map(([title, value]) => (
              <div key={title} className="kv">
                <span>{title}</span>
                <strong>{value}</strong>
              </div>
            ))}
          </div>
        </section>
        {admin === undefined ? (
          <>
            <Tokens />
            <Channels />
          </>
        ) : (
          <section className="card">
            <Empty title="Tokens and notifications are for admins" text={admin} />
          </section>
        )}
      </div>
    </>
  );
}
