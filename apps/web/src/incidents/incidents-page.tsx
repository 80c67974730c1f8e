import type { IncidentRow } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Time } from '../format/clock.tsx';
import { durationText, moneyText, plainNumber, unbroken } from '../format/numbers.ts';
import { Screen } from '../shell/screen.tsx';
import { useSession } from '../shell/session.tsx';
import { Status } from '../status/status.tsx';
import { statusLook } from '../status/statuses.ts';
import type { Column } from '../table/data-table.tsx';
import { environmentColumn } from '../table/environment-column.tsx';
import { byWords, FindField } from '../table/find-field.tsx';
import { List, type Filter } from '../table/list.tsx';
import type { View } from '../table/saved-views.tsx';
import { capital, OUTCOMES, sentenceCase } from '../words/reasons.ts';
import { SourceOffer } from '../state/demo-offer.tsx';

const VIEWS: readonly View[] = [
  { name: 'Open', search: 'state=open' },
  { name: 'Waits for a decision', search: 'state=awaiting-decision' },
  { name: 'Mine', search: 'mine=1' },
  { name: 'Not fixed by a plan', search: 'outcome=unfixed' },
];

/** Whether an incident is what a filter of its state asks for; `open` is every state but closed. */
function inState(row: IncidentRow, state: string): boolean {
  return state === '' || (state === 'open' ? row.state !== 'closed' : row.state === state);
}

/** Whether an incident ended as a filter asks for; `unfixed` is closed with anything but a verified fix. */
function endedAs(row: IncidentRow, outcome: string): boolean {
  if (outcome === 'unfixed')
    return row.state === 'closed' && row.outcome !== 'verified' && row.outcome !== 'self-healed';
  return outcome === '' || row.outcome === outcome;
}

const FILTERS: readonly Filter<IncidentRow>[] = [
  { title: 'Severity', parameter: 'sev', of: (row) => row.severity, label: sentenceCase },
  {
    title: 'State',
    parameter: 'state',
    of: (row) => row.state,
    label: (state) => statusLook('incident', state).word,
    keeps: inState,
  },
  {
    title: 'Outcome',
    parameter: 'outcome',
    of: (row) => row.outcome,
    label: (value) => (OUTCOMES as Readonly<Record<string, string>>)[value] ?? value,
    keeps: endedAs,
  },
  { title: 'Service', parameter: 'service', of: (row) => row.service },
  byWords((row) => `${row.name} ${row.title} ${row.cause} ${row.service}`),
];

/** The frozen forecast, with the time that it counts from: the service's own estimate may have moved since. */
function ForecastOfBudget({ seconds, at }: { readonly seconds: number; readonly at: string }) {
  if (seconds <= 0) return 'gone';
  return (
    <>
      gone in {unbroken(durationText(seconds))}
      <span className="small muted" style={{ display: 'block' }}>
        forecast <Time at={at} plain />
      </span>
    </>
  );
}

const COLUMNS: readonly Column<IncidentRow>[] = [
  {
    key: 'what',
    title: 'Incident',
    width: 'minmax(200px,3fr)',
    cell: (row) => (
      <>
        {row.name} <span style={{ fontWeight: 400 }}>{unbroken(capital(row.title))}</span>
      </>
    ),
    sortBy: (row) => row.number,
  },
  {
    key: 'sev',
    title: 'Severity',
    width: '84px',
    cell: (row) => <Status kind="severity" value={row.severity} />,
    sortBy: (row) => ['critical', 'high', 'medium', 'low'].indexOf(row.severity),
  },
  environmentColumn('72px'),
  {
    key: 'state',
    title: 'State',
    width: '140px',
    cell: (row) => (
      <>
        {row.state === 'closed' && row.outcome !== undefined ? (
          <Status kind="outcome" value={row.outcome} />
        ) : (
          <Status kind="incident" value={row.state} />
        )}
        {row.assignee !== undefined && <span className="small muted">{row.assignee} looks at it</span>}
      </>
    ),
    sortBy: (row) => row.state,
  },
  {
    key: 'cause',
    title: 'Likely cause',
    width: 'minmax(110px,1.8fr)',
    wideOnly: true,
    cell: (row) => (
      <span className="muted two-lines" title={row.cause}>
        {unbroken(row.cause) || 'not known'}
      </span>
    ),
    sortBy: (row) => row.cause,
  },
  {
    key: 'verdict',
    title: 'Verdict',
    width: '126px',
    wideOnly: true,
    cell: (row) =>
      row.verdict === undefined ? (
        <span className="faint">not judged</span>
      ) : (
        <Status kind="verdict" value={row.verdict} />
      ),
    sortBy: (row) => row.verdict,
  },
  {
    key: 'eta',
    title: 'Budget',
    width: '112px',
    align: 'right',
    wideOnly: true,
    cell: (row) =>
      row.state === 'closed' ? (
        row.badMinutesAvoided === undefined ? (
          '—'
        ) : (
          `${plainNumber(row.badMinutesAvoided, Math.abs(row.badMinutesAvoided) < 10 ? 1 : 0)} bad min avoided (P10)`
        )
      ) : row.exhaustionSeconds === null || row.exhaustionSeconds === undefined || row.forecastAt === undefined ? (
        '—'
      ) : (
        <ForecastOfBudget seconds={row.exhaustionSeconds} at={row.forecastAt} />
      ),
    sortBy: (row) => (row.state === 'closed' ? row.badMinutesAvoided : row.exhaustionSeconds),
  },
  {
    key: 'at',
    title: 'Opened',
    width: '72px',
    align: 'right',
    cell: (row) => (
      <span title={row.booked === undefined ? '' : moneyText(row.booked)}>
        <Time at={row.openedAt} relative />
      </span>
    ),
    sortBy: (row) => row.openedAt,
  },
];

/** All incidents, open ones first, newest first. */
export default function IncidentsPage() {
  const { subject } = useSession();
  const query = useQuery(queries.incidents({ limit: 200 }));
  return (
    <Screen title="Incidents" head={<FindField label="Filter incidents" placeholder="Filter by name or cause" />}>
      <List
        query={query}
        what="incidents"
        label="Incidents"
        rows={query.data?.items ?? []}
        idOf={(row) => row.id}
        to={(row) => `/incidents/${row.name}`}
        environmentOf={(row) => row.environment}
        filters={[...FILTERS, { parameter: 'mine', keeps: (row) => row.assignee === subject }]}
        facets="beside"
        views={{ list: 'incidents', usual: VIEWS }}
        order={(a, b) =>
          Number(a.state === 'closed') - Number(b.state === 'closed') || Date.parse(b.openedAt) - Date.parse(a.openedAt)
        }
        empty={{
          title: 'No incident yet',
          text: 'An incident opens when a measurement leaves what is usual, or a forecast says that it will.',
          children: <SourceOffer />,
        }}
        unmatched="No incident matches"
        columns={COLUMNS}
      />
    </Screen>
  );
}
