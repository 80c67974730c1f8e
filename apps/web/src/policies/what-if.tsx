import type { Plan } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Time } from '../format/clock.tsx';
import { useEnvironmentFilter } from '../shell/url-state.ts';
import { Status } from '../status/status.tsx';
import type { Column } from '../table/data-table.tsx';
import { environmentColumn } from '../table/environment-column.tsx';
import { List } from '../table/list.tsx';
import { DemoOffer } from '../state/demo-offer.tsx';

const COLUMNS: readonly Column<Plan>[] = [
  { key: 'what', title: 'Plan', width: 'minmax(220px,3fr)', cell: (row) => row.title },
  environmentColumn('90px'),
  {
    key: 'service',
    title: 'Service',
    width: 'minmax(100px,1fr)',
    cell: (row) => row.service,
    sortBy: (row) => row.service,
  },
  {
    key: 'then',
    title: 'Judged then',
    width: '170px',
    cell: (row) =>
      row.verdict === undefined ? (
        <span className="faint">not judged</span>
      ) : (
        <Status kind="verdict" value={row.verdict.effect} />
      ),
  },
  {
    key: 'at',
    title: 'Made',
    width: '100px',
    align: 'right',
    cell: (row) => <Time at={row.createdAt} relative />,
    sortBy: (row) => row.createdAt,
  },
];

/** Plans to judge again, in every environment, under the rules as they are now; nothing runs. */
export function WhatIf() {
  const environment = useEnvironmentFilter();
  const query = useQuery(queries.plans({ environment, limit: 50 }));
  return (
    <div className="stack">
      <p className="muted">
        Choose a plan: it is judged again under the rules as they are now, in every environment side by side. Set a rule
        to shadow first to see what it would have decided. Nothing runs.
      </p>
      <List
        query={query}
        what="plans"
        awaited={6}
        label="Plans"
        rows={query.data?.items ?? []}
        idOf={(row) => row.id}
        to={(row) => `/policies/evaluate?plan=${row.id}`}
        empty={{
          title: 'No plan to judge',
          text: 'A plan is made when an incident opens.',
          children: <DemoOffer />,
        }}
        columns={COLUMNS}
      />
    </div>
  );
}
