import type { IntegrationResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { everyUntilRefused } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { Time } from '../format/clock.tsx';
import { durationText, plainNumber } from '../format/numbers.ts';
import { Screen } from '../shell/screen.tsx';
import { useMayRead } from '../shell/session.tsx';
import { DemoOffer } from '../state/demo-offer.tsx';
import { Empty } from '../state/empty.tsx';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonTable } from '../state/skeletons.tsx';
import { Status } from '../status/status.tsx';
import { DataTable } from '../table/data-table.tsx';
import { ConnectSource } from './connect-source.tsx';
import { SourceTest } from './source-test.tsx';
import './integrations.css';

const KINDS: Readonly<Record<string, string>> = {
  'prometheus-http-sd': 'scraped, HTTP discovery',
  'prometheus-targets': 'scraped, fixed targets',
  'prometheus-server': 'read from Prometheus',
  push: 'pushed to us',
};

/** A source that failed once and sends again is not failing. */
function SourceState({ source }: { readonly source: IntegrationResource }) {
  const late = (source.lagSeconds ?? 0) > 2 * (source.intervalSeconds ?? 15);
  if (source.lastError !== undefined && (source.lastSignalAt === undefined || late))
    return <Status kind="verdict" value="deny" word="Failing" />;
  if (source.lastSignalAt === undefined) return <Status kind="health" value="no-data" word="Waiting for first event" />;
  return late ? (
    <Status kind="health" value="burning" word="Stale" />
  ) : (
    <Status kind="health" value="healthy" word="Receiving" />
  );
}

/** Each source as it is now, and how to connect another. */
export default function IntegrationsPage() {
  const mayRead = useMayRead();
  const query = useQuery({ ...queries.integrations(), refetchInterval: everyUntilRefused(5000) });
  return (
    <Screen title="Integrations">
      <div className="stack">
        <Loaded query={query} what="integrations" skeleton={<SkeletonTable rows={2} />}>
          {(page) => (
            <DataTable
              label="Sources"
              rows={page.items}
              idOf={(row) => row.id}
              empty={
                <Empty
                  title="Waiting for the first event"
                  text="Connect a source below; it shows up here with its first signal."
                >
                  <DemoOffer />
                </Empty>
              }
              columns={[
                {
                  key: 'name',
                  title: 'Source',
                  width: 'minmax(100px,1.5fr)',
                  cell: (row) => <b>{row.name}</b>,
                  sortBy: (row) => row.name,
                },
                {
                  key: 'type',
                  title: 'Kind',
                  width: 'minmax(120px,1fr)',
                  wideOnly: true,
                  cell: (row) => <span className="muted">{KINDS[row.type] ?? row.type}</span>,
                  sortBy: (row) => row.type,
                },
                {
                  key: 'state',
                  title: 'State',
                  width: 'minmax(180px,2fr)',
                  cell: (row) => (
                    <>
                      <SourceState source={row} />
                      {row.lastError !== undefined && (
                        <span className="small muted line-each">
                          Last error
                          {row.lastErrorAt !== undefined && (
                            <>
                              , <Time at={row.lastErrorAt} relative />
                            </>
                          )}
                          : {row.lastError}
                        </span>
                      )}
                    </>
                  ),
                },
                {
                  key: 'last',
                  title: 'Last signal',
                  width: '100px',
                  named: true,
                  cell: (row) => (row.lastSignalAt === undefined ? 'never' : <Time at={row.lastSignalAt} relative />),
                  sortBy: (row) => row.lastSignalAt,
                },
                {
                  key: 'lag',
                  title: 'Lag',
                  width: '64px',
                  align: 'right',
                  cell: (row) => (row.lagSeconds === null ? '—' : durationText(row.lagSeconds)),
                  sortBy: (row) => row.lagSeconds,
                },
                {
                  key: 'every',
                  title: 'Every',
                  width: '64px',
                  align: 'right',
                  wideOnly: true,
                  cell: (row) => (
                    <span
                      title={`seasons: ${row.seasonSeconds.map((each) => durationText(each)).join(', ') || 'none'}`}
                    >
                      {row.intervalSeconds === undefined || row.lastSignalAt === undefined
                        ? '—'
                        : durationText(row.intervalSeconds)}
                    </span>
                  ),
                },
                {
                  key: 'received',
                  title: 'Received',
                  width: '90px',
                  align: 'right',
                  wideOnly: true,
                  cell: (row) => plainNumber(row.received, 0),
                  sortBy: (row) => row.received,
                },
                {
                  key: 'errors',
                  title: 'Errors',
                  width: '60px',
                  align: 'right',
                  cell: (row) => <span title={row.lastError}>{plainNumber(row.errors, 0)}</span>,
                  sortBy: (row) => row.errors,
                },
                {
                  key: 'test',
                  title: 'Test',
                  width: 'minmax(120px,1.6fr)',
                  cell: (row) => <SourceTest source={row} />,
                },
              ]}
            />
          )}
        </Loaded>
        {mayRead && <ConnectSource />}
      </div>
    </Screen>
  );
}
