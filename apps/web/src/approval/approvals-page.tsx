import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Countdown, Time } from '../format/clock.tsx';
import { useTitle } from '../shell/title.ts';
import { useEnvironmentFilter, useParameter } from '../shell/url-state.ts';
import { Empty, Loaded, SkeletonRows } from '../state/states.tsx';
import { EnvironmentChip, Status } from '../status/status.tsx';
import { DataTable } from '../table/data-table.tsx';
import { Facet, facetOptions } from '../table/facets.tsx';
import { actorText, sentenceCase } from '../words/reasons.ts';

/** All approvals, those that wait first. */
export default function ApprovalsPage() {
  useTitle('Approvals');
  const environment = useEnvironmentFilter();
  const [state] = useParameter('state');
  const query = useQuery(queries.approvals());
  return (
    <>
      <div className="pagehead">
        <h1>Approvals</h1>
      </div>
      <Loaded query={query} what="approvals" skeleton={<SkeletonRows rows={6} />}>
        {(page) => {
          const inEnvironment = page.items.filter(
            (item) => environment === undefined || item.environment === environment,
          );
          const rows = inEnvironment
            .filter((item) => state === '' || item.state === state)
            .toSorted(
              (a, b) =>
                Number(b.state === 'waiting') - Number(a.state === 'waiting') ||
                Date.parse(b.createdAt) - Date.parse(a.createdAt),
            );
          return (
            <div>
              <div className="facets inline">
                <Facet
                  title="State"
                  parameter="state"
                  options={facetOptions(inEnvironment, (row) => row.state, sentenceCase)}
                />
              </div>
              <DataTable
                label="Approvals"
                rows={rows}
                idOf={(row) => row.id}
                to={(row) => `/approvals/${row.id}?v=${row.planHash.slice(0, 8)}`}
                filterKey={`${environment ?? ''}${state}`}
                empty={
                  <Empty
                    title="Nothing waits for a decision"
                    text="An approval appears here when policy asks for one, for example for a plan in prod."
                    command="autoops demo break noisy-job --environment prod"
                  />
                }
                columns={[
                  { key: 'what', title: 'What', width: 'minmax(200px,3fr)', cell: (row) => row.summary },
                  {
                    key: 'env',
                    title: 'Where',
                    width: '110px',
                    cell: (row) => <EnvironmentChip environment={row.environment} />,
                    sortBy: (row) => row.environment,
                  },
                  {
                    key: 'state',
                    title: 'State',
                    width: 'minmax(150px,1fr)',
                    cell: (row) => <Status kind="approval" value={row.state} />,
                    sortBy: (row) => row.state,
                  },
                  {
                    key: 'expires',
                    title: 'Decide within',
                    width: '110px',
                    align: 'right',
                    cell: (row) => (row.state === 'waiting' ? <Countdown at={row.expiresAt} /> : '—'),
                    sortBy: (row) => row.expiresAt,
                  },
                  {
                    key: 'by',
                    title: 'Asked by',
                    width: 'minmax(120px,1fr)',
                    wideOnly: true,
                    cell: (row) => <span className="muted">{actorText(row.requester)}</span>,
                  },
                  {
                    key: 'at',
                    title: 'Asked',
                    width: '130px',
                    wideOnly: true,
                    cell: (row) => <Time at={row.createdAt} relative />,
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
