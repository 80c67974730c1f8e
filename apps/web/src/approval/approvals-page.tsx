import type { Approval } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Countdown, Time } from '../format/clock.tsx';
import { unbroken } from '../format/numbers.ts';
import { Screen } from '../shell/screen.tsx';
import { Status } from '../status/status.tsx';
import { statusLook } from '../status/statuses.ts';
import type { Column } from '../table/data-table.tsx';
import { environmentColumn } from '../table/environment-column.tsx';
import { List } from '../table/list.tsx';
import { actorText } from '../words/reasons.ts';
import { SourceOffer } from '../state/demo-offer.tsx';

const COLUMNS: readonly Column<Approval>[] = [
  { key: 'what', title: 'What', width: 'minmax(200px,3fr)', cell: (row) => unbroken(row.summary) },
  environmentColumn('80px'),
  {
    key: 'state',
    title: 'State',
    width: 'minmax(172px,1fr)',
    cell: (row) => <Status kind="approval" value={row.state} />,
    sortBy: (row) => row.state,
  },
  {
    key: 'expires',
    title: 'Decision',
    width: '150px',
    cell: (row) =>
      row.state === 'waiting' ? (
        <>
          expires in <Countdown at={row.expiresAt} />
        </>
      ) : row.decisions.length === 0 ? (
        'nobody decided'
      ) : (
        `by ${row.decisions.at(-1)?.actor.id}`
      ),
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
];

const EMPTY = {
  title: 'Nothing waits for a decision',
  text: 'An approval appears here when policy asks for one, for example for a plan in prod.',
  children: <SourceOffer environment="prod" />,
};

/** All approvals, those that wait first. */
export default function ApprovalsPage() {
  const query = useQuery(queries.approvals());
  return (
    <Screen title="Approvals">
      <List
        query={query}
        what="approvals"
        awaited={6}
        label="Approvals"
        rows={query.data?.items ?? []}
        idOf={(row) => row.id}
        to={(row) => `/approvals/${row.id}?v=${row.planHash.slice(0, 8)}`}
        environmentOf={(row) => row.environment}
        filters={[
          {
            title: 'State',
            parameter: 'state',
            of: (row) => row.state,
            label: (state) => statusLook('approval', state).word,
          },
        ]}
        order={(a, b) =>
          Number(b.state === 'waiting') - Number(a.state === 'waiting') ||
          Date.parse(b.createdAt) - Date.parse(a.createdAt)
        }
        empty={EMPTY}
        unmatched="No approval matches"
        columns={COLUMNS}
      />
    </Screen>
  );
}
