import type { RunbookResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Time } from '../format/clock.tsx';
import { recordText } from '../format/numbers.ts';
import { Screen } from '../shell/screen.tsx';
import { Status } from '../status/status.tsx';
import type { Column } from '../table/data-table.tsx';
import { List } from '../table/list.tsx';
import { undoText } from '../words/plan-words.ts';
import { autonomyText } from '../words/reasons.ts';
import './runbooks.css';

const COLUMNS: readonly Column<RunbookResource>[] = [
  {
    key: 'name',
    title: 'Runbook',
    width: 'minmax(140px,1.4fr)',
    cell: (row) => row.title || row.name,
    sortBy: (row) => row.title || row.name,
  },
  {
    key: 'what',
    title: 'What it does',
    width: 'minmax(190px,3fr)',
    cell: (row) => (
      <span className="muted two-lines" title={row.summary}>
        {row.summary || row.title}
      </span>
    ),
  },
  {
    key: 'risk',
    title: 'Risk',
    width: '84px',
    cell: (row) => <Status kind="severity" value={row.riskClass} />,
    sortBy: (row) => ['low', 'medium', 'high'].indexOf(row.riskClass),
  },
  {
    key: 'undo',
    title: 'Way back',
    width: '124px',
    cell: (row) =>
      row.reversible ? undoText(row.spec.spec.steps) : <Status kind="verdict" value="deny" word="none" />,
    sortBy: (row) => Number(row.reversible),
  },
  {
    key: 'record',
    title: 'Record',
    width: '150px',
    cell: (row) => recordText({ n: row.runs, succeeded: row.succeeded }),
    sortBy: (row) => row.runs,
  },
  {
    key: 'used',
    title: 'Last used',
    width: '110px',
    wideOnly: true,
    cell: (row) => (row.lastUsedAt === undefined ? 'never' : <Time at={row.lastUsedAt} relative />),
    sortBy: (row) => row.lastUsedAt,
  },
  {
    key: 'auto',
    title: 'Autonomy',
    width: 'minmax(184px,1fr)',
    wideOnly: true,
    cell: (row) => (
      <span className="small muted">
        {Object.entries(row.autonomy).map(([environment, level]) => (
          <span key={environment} className="line-each">
            {environment}: {autonomyText(level)}
          </span>
        ))}
      </span>
    ),
  },
];

/** The catalogue: what each runbook is for, how it is undone, and how often it worked. */
export default function RunbooksPage() {
  const query = useQuery(queries.runbooks());
  return (
    <Screen title="Runbooks">
      <List
        query={query}
        what="runbooks"
        label="Runbooks"
        rows={query.data?.items ?? []}
        idOf={(row) => row.id}
        to={(row) => `/runbooks/${encodeURIComponent(row.name)}`}
        empty={{
          title: 'No runbook',
          text: 'Put YAML files into runbooks/; each is checked with line and column before it is loaded.',
        }}
        columns={COLUMNS}
      />
    </Screen>
  );
}
