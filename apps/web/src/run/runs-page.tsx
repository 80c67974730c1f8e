import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Time, useNow } from '../format/clock.tsx';
import { durationText, plural } from '../format/numbers.ts';
import { secondsBetween } from '../format/time.ts';
import { Screen } from '../shell/screen.tsx';
import { Status } from '../status/status.tsx';
import { environmentColumn } from '../table/environment-column.tsx';
import { List } from '../table/list.tsx';
import { stepsText } from '../words/plan-words.ts';
import { actorText, sentenceCase } from '../words/reasons.ts';
import { SourceOffer } from '../state/demo-offer.tsx';

const EMPTY = {
  title: 'Nothing has run',
  text: 'A run appears here when a plan is executed by a person or, where autonomy allows it, by itself.',
  children: <SourceOffer />,
};

/** All runs, newest first. */
export default function RunsPage() {
  const now = useNow();
  const query = useQuery(queries.runs({ limit: 200 }));
  return (
    <Screen title="Runs">
      <List
        query={query}
        what="runs"
        label="Runs"
        rows={query.data?.items ?? []}
        idOf={(row) => row.id}
        to={(row) => `/runs/${row.id}`}
        environmentOf={(row) => row.environment}
        filters={[
          { title: 'State', parameter: 'state', of: (row) => row.state, label: sentenceCase },
          { title: 'Service', parameter: 'service', of: (row) => row.service },
        ]}
        empty={EMPTY}
        unmatched="No run matches"
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
          environmentColumn('80px'),
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
    </Screen>
  );
}
