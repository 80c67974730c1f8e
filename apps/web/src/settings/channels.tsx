import TextField from '@mui/material/TextField';
import type { ChannelCreated, ChannelResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { Time } from '../format/clock.tsx';
import { Empty } from '../state/empty.tsx';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonRows } from '../state/skeletons.tsx';
import { Status } from '../status/status.tsx';
import { PlainTable } from '../table/plain-table.tsx';
import { Deliveries } from './deliveries.tsx';
import { SecretOnce } from './secret-once.tsx';

/** Why the form cannot be sent; undefined when it can. */
export function channelProblem(name: string, url: string): string | undefined {
  if (name.trim() === '') return 'Name the channel, for example on-call.';
  if (!/^https?:\/\/[^/\s]+/.test(url)) return 'Give the address that receives the messages, starting with https://.';
  return undefined;
}

function NewChannel({
  onDone,
  onClose,
}: {
  readonly onDone: (made: ChannelCreated) => void;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const action = useAction<ChannelCreated>(onDone);
  return (
    <ConfirmDialog
      open
      title="Add a notification channel"
      confirm="Add channel"
      busy={action.isPending}
      error={action.error}
      disabledBecause={channelProblem(name, url)}
      onClose={onClose}
      onConfirm={() => action.mutate(calls.createChannel(name.trim(), url.trim()))}
    >
      <p>
        It gets a signed message (Standard Webhooks) when an incident opens, an approval is needed, a run finishes or a
        person must look.
      </p>
      <TextField label="Name" value={name} onChange={(event) => setName(event.target.value)} margin="dense" autoFocus />
      <TextField
        label="URL"
        type="url"
        value={url}
        onChange={(event) => setUrl(event.target.value)}
        margin="dense"
        helperText="Private addresses are refused unless the operator allowed them with AUTOOPS_OUTBOUND_ALLOW."
      />
    </ConfirmDialog>
  );
}

/** Where notifications go: add a channel, send a test, turn it off, and the log of what was sent. */
export function Channels() {
  const query = useQuery(queries.channels());
  const [asked, setAsked] = useState<'new' | ChannelResource | undefined>();
  const [made, setMade] = useState<ChannelCreated | undefined>();
  const test = useAction<unknown>();
  const disable = useAction<unknown>(() => setAsked(undefined));
  return (
    <section className="card" aria-labelledby="channels">
      <div className="top">
        <h2 id="channels" className="h3">
          Notifications
        </h2>
        <ActionButton onClick={() => setAsked('new')}>Add a channel</ActionButton>
      </div>
      {made !== undefined && (
        <SecretOnce
          title={`The channel ${made.name} is added. With this secret its receiver checks the signature.`}
          secret={made.secret}
          onKept={() => setMade(undefined)}
        />
      )}
      <Loaded query={query} what="channels" skeleton={<SkeletonRows rows={2} />}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title="Nobody is told yet"
              text="Add a channel, and a message goes out when an incident opens, an approval is needed, a run finishes or a person must look."
            />
          ) : (
            <>
              <PlainTable
                label="Channels"
                rows={page.items}
                idOf={(row) => row.id}
                columns={[
                  { title: 'Name', cell: (row) => <b>{row.name}</b> },
                  { title: 'URL', cell: (row) => <span className="mono">{row.url}</span> },
                  {
                    title: 'State',
                    cell: (row) =>
                      row.disabledAt === undefined ? (
                        <Status kind="verdict" value="allow" word="On" />
                      ) : (
                        <Status kind="verdict" value="deny" word="Off" />
                      ),
                  },
                  { title: 'Added', cell: (row) => <Time at={row.createdAt} relative /> },
                  {
                    title: 'Action',
                    cell: (row) =>
                      row.disabledAt === undefined ? (
                        <span className="row">
                          <ActionButton busy={test.isPending} onClick={() => test.mutate(calls.testChannel(row.id))}>
                            Send test
                          </ActionButton>
                          <ActionButton danger onClick={() => setAsked(row)}>
                            Turn off
                          </ActionButton>
                        </span>
                      ) : null,
                  },
                ]}
              />
              <Deliveries channels={page.items} />
            </>
          )
        }
      </Loaded>
      {asked === 'new' && (
        <NewChannel
          onClose={() => setAsked(undefined)}
          onDone={(channel) => {
            setMade(channel);
            setAsked(undefined);
          }}
        />
      )}
      {asked !== undefined && asked !== 'new' && (
        <ConfirmDialog
          open
          danger
          title={`Turn off the channel ${asked.name}?`}
          confirm="Turn channel off"
          busy={disable.isPending}
          error={disable.error}
          onClose={() => setAsked(undefined)}
          onConfirm={() => disable.mutate(calls.disableChannel(asked.id))}
        >
          <p>Nothing more is sent to {asked.url}. Its log stays; to send there again, add a channel anew.</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
