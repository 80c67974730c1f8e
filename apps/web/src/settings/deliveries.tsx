import type { ChannelResource, DeliveryResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/actions.ts';
import { everyUntilRefused } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { useAction } from '../controls/use-action.ts';
import { Time } from '../format/clock.tsx';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonRows } from '../state/skeletons.tsx';
import { Status } from '../status/status.tsx';
import { PlainTable } from '../table/plain-table.tsx';
import { capital } from '../words/reasons.ts';

const LOOK: Readonly<Record<DeliveryResource['state'], readonly [string, string]>> = {
  waiting: ['require-approval', 'Waiting'],
  delivered: ['allow', 'Delivered'],
  failed: ['deny', 'Failed, tried again'],
  dead: ['deny', 'Given up'],
};

/** What was sent where, and what the receiver said; any message can be sent again under the same id. */
export function Deliveries({ channels }: { readonly channels: readonly ChannelResource[] }) {
  const query = useQuery({ ...queries.deliveries(), refetchInterval: everyUntilRefused(5000) });
  const action = useAction<unknown>();
  const nameOf = (id: string): string => channels.find((channel) => channel.id === id)?.name ?? id.slice(0, 8);
  return (
    <>
      <h3 style={{ marginTop: 14 }}>Delivery log</h3>
      <Loaded query={query} what="deliveries" skeleton={<SkeletonRows rows={2} />}>
        {(page) =>
          page.items.length === 0 ? (
            <p className="small muted">Nothing was sent yet. Send a test to see the first line here.</p>
          ) : (
            <PlainTable
              label="Delivery log"
              rows={page.items}
              idOf={(row) => row.id}
              columns={[
                { title: 'Message', cell: (row) => capital(row.type.replaceAll(/[.-]/g, ' ')) },
                { title: 'Channel', cell: (row) => nameOf(row.channelId) },
                {
                  title: 'State',
                  cell: (row) => <Status kind="verdict" value={LOOK[row.state][0]} word={LOOK[row.state][1]} />,
                },
                { title: 'Attempts', align: 'right', cell: (row) => row.attempts },
                { title: 'Answer', cell: (row) => row.lastError ?? row.lastStatus ?? '—' },
                { title: 'Made', cell: (row) => <Time at={row.createdAt} relative /> },
                {
                  title: 'Action',
                  cell: (row) => (
                    <ActionButton busy={action.isPending} onClick={() => action.mutate(calls.redeliver(row.id))}>
                      Send again
                    </ActionButton>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </>
  );
}
