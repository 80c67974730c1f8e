import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Time, useNow } from '../format/clock.tsx';
import { durationText, plural } from '../format/numbers.ts';
import { secondsBetween } from '../format/time.ts';
import { useTitle } from '../shell/title.ts';
import { useEnvironmentFilter, useParameter } from '../shell/url-state.ts';
import { Empty, Loaded, SkeletonRows } from '../state/states.tsx';
import { EnvironmentChip, Status } from '../status/status.tsx';
import { DataTable } from '../table/data-table.tsx';
import { Facet, facetOptions } from '../table/facets.tsx';
import { stepsText } from '../words/plan-words.ts';
import { actorText, sentenceCase } from '../words/reasons.ts';

/** All runs, newest first. */
export default function RunsPage() {
  useTitle('Runs');
  const now = useNow();
  const environment = useEnvironmentFilter();
  const [state] = useParameter('state');
  const [service] = useParameter('service');
  const query = useQuery(queries.runs({ limit: 200 }));
  return (
    <>
      <div className="pagehead">
        <h1>Runs</h1>
      </div>
      <Loaded query={query} what="runs" skeleton={<SkeletonRows rows={8} />}>
        {(page) => {
          const inEnvironment = page.items.filter(
            (row) => environment === undefined || row.environment === environment,
          );
          const rows = inEnvironment.filter(
            (row) => (state === '' || row.state === state) && (service === '' || row.service === service),
          );
          return (
            <div>
              <div className="facets inline">
                <Facet
                  title="State"
                  parameter="state"
                  options={facetOptions(inEnvironment, (row) => row.state, sentenceCase)}
                />
                <Facet
                  title="Service"
                  parameter="service"
                  options={facetOptions(inEnvironment, (row) => row.service)}
                />
              </div>
              <DataTable
                label="Runs"
                rows={rows}
                idOf={(row) => row.id}
                to={(row) => `/runs/${row.id}`}
                filterKey={`${environment ?? ''}${state}${service}`}
                empty={
                  <Empty
                    title="Nothing has run"
                    text="A run appears here when a plan is executed by a person or, where autonomy allows it, by itself."
                    command="autoops execute PLAN"
                  />
                }
                columns={[
                  {
                    key: 'what',
                    title: 'What',
                    width: 'minmax(220px,3fr)',
                    cell: (row) => stepsText(row.steps) || plural(row.steps.length, 'step'),
                  },
                  {
                    key: 'state',
                    title: 'State',
                    width: 'minmax(130px,1fr)',
                    cell: (row) => <Status kind="run" value={row.state} />,
                    sortBy: (row) => row.state,
                  },
                  {
                    key: 'env',
                    title: 'Where',
                    width: '100px',
                    cell: (row) => <EnvironmentChip environment={row.environment} />,
                    sortBy: (row) => row.environment,
                  },
                  {
                    key: 'service',
                    title: 'Service',
                    width: '110px',
                    wideOnly: true,
                    cell: (row) => row.service,
                    sortBy: (row) => row.service,
                  },
                  {
                    key: 'by',
                    title: 'Asked by',
                    width: 'minmax(110px,1fr)',
                    wideOnly: true,
                    cell: (row) => <span className="muted">{actorText(row.requester)}</span>,
                  },
                  {
                    key: 'took',
                    title: 'Took',
                    width: '90px',
                    align: 'right',
                    cell: (row) => durationText(secondsBetween(row.startedAt ?? row.createdAt, row.finishedAt, now)),
                    sortBy: (row) => secondsBetween(row.startedAt ?? row.createdAt, row.finishedAt, now),
                  },
                  {
                    key: 'at',
                    title: 'Started',
                    width: '110px',
                    align: 'right',
                    cell: (row) => <Time at={row.startedAt ?? row.createdAt} relative />,
                    sortBy: (row) => row.createdAt,
                  },
                ]}
              />
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
