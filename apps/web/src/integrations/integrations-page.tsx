import type { IntegrationResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { CopyButton } from '../controls/copy.tsx';
import { Time } from '../format/clock.tsx';
import { durationText, plainNumber } from '../format/numbers.ts';
import { useTitle } from '../shell/title.ts';
import { Empty, Loaded, SkeletonRows } from '../state/states.tsx';
import { Status } from '../status/status.tsx';
import { DataTable } from '../table/data-table.tsx';

/** Snippets with this installation's real address filled in. */
export function snippets(origin: string): readonly { readonly title: string; readonly text: string }[] {
  return [
    {
      title: 'Prometheus remote write',
      text: `remote_write:\n  - url: ${origin}/api/v1/ingest/prometheus\n    authorization:\n      credentials_file: /etc/autoops/token`,
    },
    {
      title: 'Alertmanager',
      text: `receivers:\n  - name: autoops\n    webhook_configs:\n      - url: ${origin}/api/v1/ingest/alertmanager\n        http_config:\n          authorization:\n            credentials_file: /etc/autoops/token`,
    },
    {
      title: 'OpenTelemetry Collector',
      text: `exporters:\n  otlphttp:\n    endpoint: ${origin}\n    headers:\n      authorization: Bearer \${env:AUTOOPS_TOKEN}`,
    },
    {
      title: 'Change event (CloudEvents)',
      text: `curl -X POST ${origin}/api/v1/ingest/events \\\n  -H "Authorization: Bearer $AUTOOPS_TOKEN" -H 'Content-Type: application/cloudevents+json' \\\n  -d '{"specversion":"1.0","id":"deploy-1","source":"ci","type":"dev.autoops.change.deploy.v1","data":{"service":"checkout","environment":"staging","version":"1.2.3"}}'`,
    },
  ];
}

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
  useTitle('Integrations');
  const query = useQuery({ ...queries.integrations(), refetchInterval: 5000 });
  return (
    <>
      <div className="pagehead">
        <h1>Integrations</h1>
      </div>
      <div className="stack">
        <Loaded query={query} what="integrations" skeleton={<SkeletonRows rows={4} />}>
          {(page) => (
            <DataTable
              label="Sources"
              rows={page.items}
              idOf={(row) => row.id}
              empty={
                <Empty
                  title="Waiting for the first event"
                  text="Connect a source with a snippet below; it shows up here with its first signal."
                  command="npx --no autoops token create --role ingest --source NAME"
                />
              }
              columns={[
                {
                  key: 'name',
                  title: 'Source',
                  width: 'minmax(140px,1.5fr)',
                  cell: (row) => <b>{row.name}</b>,
                  sortBy: (row) => row.name,
                },
                {
                  key: 'type',
                  title: 'Kind',
                  width: 'minmax(120px,1fr)',
                  cell: (row) => <span className="muted">{row.type}</span>,
                  sortBy: (row) => row.type,
                },
                {
                  key: 'state',
                  title: 'State',
                  width: 'minmax(190px,1fr)',
                  cell: (row) => <SourceState source={row} />,
                },
                {
                  key: 'last',
                  title: 'Last signal',
                  width: '120px',
                  cell: (row) => (row.lastSignalAt === undefined ? 'never' : <Time at={row.lastSignalAt} relative />),
                  sortBy: (row) => row.lastSignalAt,
                },
                {
                  key: 'lag',
                  title: 'Lag',
                  width: '80px',
                  align: 'right',
                  cell: (row) => (row.lagSeconds === null ? '—' : durationText(row.lagSeconds)),
                  sortBy: (row) => row.lagSeconds,
                },
                {
                  key: 'every',
                  title: 'Every',
                  width: '80px',
                  align: 'right',
                  wideOnly: true,
                  cell: (row) => (row.intervalSeconds === undefined ? '—' : durationText(row.intervalSeconds)),
                },
                {
                  key: 'season',
                  title: 'Seasons',
                  width: '120px',
                  wideOnly: true,
                  cell: (row) => (
                    <span className="muted">
                      {row.seasonSeconds.map((each) => durationText(each)).join(', ') || '—'}
                    </span>
                  ),
                },
                {
                  key: 'received',
                  title: 'Received',
                  width: '100px',
                  align: 'right',
                  cell: (row) => plainNumber(row.received, 0),
                  sortBy: (row) => row.received,
                },
                {
                  key: 'errors',
                  title: 'Errors',
                  width: '80px',
                  align: 'right',
                  cell: (row) => <span title={row.lastError}>{plainNumber(row.errors, 0)}</span>,
                  sortBy: (row) => row.errors,
                },
              ]}
            />
          )}
        </Loaded>
        <h2>Connect another source</h2>
        <div className="grid2">
          {snippets(location.origin).map((snippet) => (
            <section key={snippet.title} className="card">
              <div className="top">
                <h3>{snippet.title}</h3>
                <CopyButton text={snippet.text} label="Copy" />
              </div>
              <pre className="json" tabIndex={0} aria-label={snippet.title}>
                {snippet.text}
              </pre>
            </section>
          ))}
        </div>
      </div>
    </>
  );
}
