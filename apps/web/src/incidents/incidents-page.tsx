import type { IncidentRow } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { queries } from '../api/queries.ts';
import { Time } from '../format/clock.tsx';
import { durationText, moneyText } from '../format/numbers.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { useSession } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { useEnvironmentFilter, useParameter } from '../shell/url-state.ts';
import { Empty, Loaded, SkeletonRows } from '../state/states.tsx';
import { EnvironmentChip, Status } from '../status/status.tsx';
import { DataTable } from '../table/data-table.tsx';
import { Facet, facetOptions } from '../table/facets.tsx';
import { SavedViews, type View } from '../table/saved-views.tsx';
import { capital, OUTCOMES, sentenceCase } from '../words/reasons.ts';

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

/** All incidents, open ones first, newest first. */
export default function IncidentsPage() {
  useTitle('Incidents');
  const environment = useEnvironmentFilter();
  const [severity] = useParameter('sev');
  const [state] = useParameter('state');
  const [service] = useParameter('service');
  const [outcome] = useParameter('outcome');
  const [mine] = useParameter('mine');
  const session = useSession();
  const [text, setText] = useParameter('q');
  const field = useRef<HTMLInputElement>(null);
  const query = useQuery(queries.incidents({ limit: 200 }));
  useKeys({ '/': { label: 'Filter', run: () => field.current?.focus() } });
  return (
    <>
      <div className="pagehead">
        <h1>Incidents</h1>
        <input
          ref={field}
          type="search"
          className="filter"
          placeholder="Filter by name or cause  /"
          aria-label="Filter incidents"
          value={text}
          onChange={(event) => setText(event.target.value, true)}
        />
      </div>
      <SavedViews list="incidents" usual={VIEWS} />
      <Loaded query={query} what="incidents" skeleton={<SkeletonRows rows={8} height={48} />}>
        {(page) => {
          const inEnvironment = page.items.filter(
            (row) => environment === undefined || row.environment === environment,
          );
          const rows = inEnvironment
            .filter(
              (row) =>
                (severity === '' || row.severity === severity) &&
                inState(row, state) &&
                (service === '' || row.service === service) &&
                endedAs(row, outcome) &&
                (mine === '' || row.assignee === session.subject) &&
                `${row.name} ${row.title} ${row.cause} ${row.service}`.toLowerCase().includes(text.toLowerCase()),
            )
            .toSorted(
              (a, b) =>
                Number(a.state === 'closed') - Number(b.state === 'closed') ||
                Date.parse(b.openedAt) - Date.parse(a.openedAt),
            );
          return (
            <div className="with-facets">
              <div className="facets">
                <Facet
                  title="Severity"
                  parameter="sev"
                  options={facetOptions(inEnvironment, (row) => row.severity, sentenceCase)}
                />
                <Facet
                  title="State"
                  parameter="state"
                  options={facetOptions(inEnvironment, (row) => row.state, sentenceCase)}
                />
                <Facet
                  title="Outcome"
                  parameter="outcome"
                  options={facetOptions(
                    inEnvironment,
                    (row) => row.outcome,
                    (value) => (OUTCOMES as Readonly<Record<string, string>>)[value] ?? value,
                  )}
                />
                <Facet
                  title="Service"
                  parameter="service"
                  options={facetOptions(inEnvironment, (row) => row.service)}
                />
              </div>
              <DataTable
                label="Incidents"
                rows={rows}
                idOf={(row) => row.id}
                to={(row) => `/incidents/${row.name}`}
                filterKey={[environment, severity, state, service, outcome, mine, text].join('|')}
                empty={
                  <Empty
                    title={page.items.length === 0 ? 'No incident yet' : 'No incident matches'}
                    text={
                      page.items.length === 0
                        ? 'An incident opens when a measurement leaves what is usual, or a forecast says that it will.'
                        : 'Clear a filter to see more.'
                    }
                    {...(page.items.length === 0 ? { command: 'npx --no autoops demo break noisy-job' } : {})}
                  />
                }
                columns={[
                  {
                    key: 'what',
                    title: 'Incident',
                    width: 'minmax(160px,2.2fr)',
                    cell: (row) => (
                      <>
                        {row.name} <span style={{ fontWeight: 400 }}>{capital(row.title)}</span>
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
                  {
                    key: 'env',
                    title: 'Where',
                    width: '72px',
                    cell: (row) => <EnvironmentChip environment={row.environment} />,
                    sortBy: (row) => row.environment,
                  },
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
                        {row.cause || 'not known'}
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
                      row.state === 'closed'
                        ? row.badMinutesAvoided === undefined
                          ? '—'
                          : `${row.badMinutesAvoided.toFixed(1)} min saved`
                        : row.exhaustionSeconds === null || row.exhaustionSeconds === undefined
                          ? '—'
                          : `gone in ${durationText(row.exhaustionSeconds)}`,
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
                ]}
              />
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
