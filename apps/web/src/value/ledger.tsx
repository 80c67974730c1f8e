import { intervalBar } from '@autoops/charts';
import type { ValueSummary } from '@autoops/contracts';
import { useState } from 'react';
import { Link } from 'react-router';
import { SceneView } from '../chart/scene-view.tsx';
import { ActionButton } from '../controls/action-button.tsx';
import { Time } from '../format/clock.tsx';
import { intervalText, moneyText, plainNumber, unbroken } from '../format/numbers.ts';
import { Empty } from '../state/empty.tsx';
import { Status } from '../status/status.tsx';
import { DataTable } from '../table/data-table.tsx';
import { capital } from '../words/reasons.ts';
import { GRADES, ValueBlock } from './value-block.tsx';
import { SourceOffer } from '../state/demo-offer.tsx';

/** Each closed incident of the period with what it was worth, open to the formula. */
export function Ledger({ summary }: { readonly summary: ValueSummary }) {
  const [open, setOpen] = useState<string | undefined>();
  const scale = Math.max(1e-9, ...summary.rows.map((row) => row.value.badMinutesAvoided.p90 ?? 0));
  return (
    <DataTable
      label="Value ledger"
      rows={summary.rows}
      idOf={(row) => row.incidentId}
      onOpen={(row) => setOpen(open === row.incidentId ? undefined : row.incidentId)}
      expanded={(row) => (open === row.incidentId ? <ValueBlock value={row.value} incident={row.name} /> : null)}
      empty={
        <Empty
          title="Nothing in this period"
          text="Each closed incident has a row here, also those where nothing was gained or something was lost."
        >
          <SourceOffer />
        </Empty>
      }
      columns={[
        {
          key: 'name',
          title: 'Incident',
          width: 'minmax(170px,3fr)',
          cell: (row) => (
            <span>
              <Link className="dt-link" to={`/incidents/${row.name}?tab=narrative`}>
                {row.name}
              </Link>{' '}
              {unbroken(capital(row.title))}
            </span>
          ),
          sortBy: (row) => row.name,
        },
        {
          key: 'outcome',
          title: 'Outcome',
          width: 'minmax(136px,1fr)',
          cell: (row) => <Status kind="outcome" value={row.outcome} />,
          sortBy: (row) => row.outcome,
        },
        {
          key: 'minutes',
          named: true,
          title: 'Bad minutes avoided',
          width: '190px',
          cell: (row) => (
            <span className="row">
              <SceneView
                scene={intervalBar('Bad minutes avoided', row.value.badMinutesAvoided, scale, 'min', 90)}
                fixed
              />
              {unbroken(`${intervalText(row.value.badMinutesAvoided)} min`)}
            </span>
          ),
          sortBy: (row) => row.value.badMinutesAvoided.p10,
        },
        {
          key: 'requests',
          title: 'Failures avoided (P50)',
          width: '110px',
          align: 'right',
          wideOnly: true,
          cell: (row) => plainNumber(row.value.failedRequestsAvoided.p50 ?? 0, 0),
          sortBy: (row) => row.value.failedRequestsAvoided.p50,
        },
        {
          key: 'booked',
          title: 'Booked (P10)',
          width: '104px',
          align: 'right',
          cell: (row) => moneyText(row.value.money?.booked),
          sortBy: (row) => Number(row.value.money?.booked.amount ?? 0),
        },
        {
          key: 'grade',
          title: 'Grade',
          width: '96px',
          wideOnly: true,
          cell: (row) => (
            <span title={GRADES[row.value.grade]}>
              {row.value.grade}
              {row.value.indicative && row.value.grade !== 'D' ? ', indicative' : ''}
            </span>
          ),
          sortBy: (row) => row.value.grade,
        },
        {
          key: 'at',
          title: 'Closed',
          width: '84px',
          align: 'right',
          wideOnly: true,
          cell: (row) => <Time at={row.closedAt} relative />,
          sortBy: (row) => row.closedAt,
        },
        {
          key: 'more',
          title: 'Formula',
          width: '76px',
          cell: (row) => (
            <ActionButton onClick={() => setOpen(open === row.incidentId ? undefined : row.incidentId)}>
              {open === row.incidentId ? 'Close' : 'Open'}
            </ActionButton>
          ),
        },
      ]}
    />
  );
}
