import { intervalBar } from '@autoops/charts';
import type { RateCard, ValueSummary } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { queries } from '../api/queries.ts';
import { SceneView } from '../chart/scene-view.tsx';
import { ActionButton } from '../controls/action-button.tsx';
import { Time, useNow } from '../format/clock.tsx';
import {
  amountText,
  durationText,
  intervalText,
  moneyText,
  percentText,
  plainNumber,
  plural,
  unbroken,
} from '../format/numbers.ts';
import { Screen } from '../shell/screen.tsx';
import { useParameter } from '../shell/url-state.ts';
import { Empty, Loaded, SkeletonScreen } from '../state/states.tsx';
import { EnvironmentChip, Status } from '../status/status.tsx';
import { DataTable } from '../table/data-table.tsx';
import { PlainTable } from '../table/plain-table.tsx';
import { capital } from '../words/reasons.ts';
import { GRADES, ValueBlock } from './value-block.tsx';
import { SourceOffer } from '../state/demo-offer.tsx';

/** The quarter that a day lies in, as the API names it: "2026-Q4". */
export function quarterOf(day: Date): string {
  return `${day.getUTCFullYear()}-Q${Math.floor(day.getUTCMonth() / 3) + 1}`;
}

const PERIODS: readonly (readonly [string, string])[] = [
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['90d', 'Last 90 days'],
  ['365d', 'Last 365 days'],
  ['all', 'Everything'],
];

/** Who approved a card and until when it holds, or why nothing is booked by it. */
function Approved({ card, now }: { readonly card: RateCard; readonly now: Date }) {
  if (card.approvedBy === undefined)
    return <Status kind="verdict" value="require-approval" word="Not approved: indicative" />;
  if (Date.parse(card.reviewBy) < now.getTime())
    return <Status kind="verdict" value="require-approval" word="Expired: indicative" />;
  return (
    <span>
      {card.approvedBy}, <span className="nowrap">{card.reviewBy}</span>
    </span>
  );
}

function Cards({ cards }: { readonly cards: readonly RateCard[] }) {
  const now = useNow();
  return (
    <div className="card flush">
      <PlainTable
        label="Rate cards in force"
        rows={cards}
        idOf={(card) => `${card.name}${card.version}`}
        columns={[
          {
            title: 'Rate card',
            cell: (card) => (
              <span>
                <b>{card.name}</b> v{card.version}
              </span>
            ),
          },
          { title: 'Service', cell: (card) => card.service },
          {
            title: 'Value of a good event',
            cell: ({ currency, valuePerGoodEvent: { low, mode, high } }) =>
              `${moneyText({ currency, amount: String(mode) })} (${amountText(low)}–${amountText(high)})`,
          },
          { title: 'Recovered later', cell: (card) => percentText(card.rho) },
          {
            title: 'Untreated, usually',
            cell: ({ untreatedDuration: { p50, p90, source } }) => (
              <span title={source}>
                {durationText(p50)} to {durationText(p90)}
              </span>
            ),
          },
          { title: 'Source', cell: (card) => card.source },
          { title: 'Owner', cell: (card) => card.owner },
          { title: 'Approved, review by', cell: (card) => <Approved card={card} now={now} /> },
        ]}
      />
    </div>
  );
}

/** What the grades take, how many incidents have each, and what no figure here contains. */
function LeftOut({ summary }: { readonly summary: ValueSummary }) {
  const reasons = new Map<string, number>();
  for (const reason of summary.rows.flatMap((row) => row.value.excluded))
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  if (summary.rows.length === 0) return null;
  return (
    <div className="grid2">
      <section className="card" aria-labelledby="grades">
        <h2 id="grades">What the grades take</h2>
        <div className="rows">
          {(['A', 'B', 'C', 'D'] as const).map((grade) => (
            <div key={grade} className="kv">
              <span>
                <b>{grade}</b> {GRADES[grade]}
              </span>
              <strong>{plural(summary.grades[grade] ?? 0, 'incident')}</strong>
            </div>
          ))}
        </div>
      </section>
      <section className="card" aria-labelledby="left-out">
        <h2 id="left-out">Left out of every figure above</h2>
        <div className="rows">
          {[...reasons].map(([reason, count]) => (
            <div key={reason} className="kv">
              <span>{reason}</span>
              <strong>{plural(count, 'incident')}</strong>
            </div>
          ))}
          {reasons.size === 0 && <p className="small muted">Nothing was left out.</p>}
        </div>
      </section>
    </div>
  );
}

/** The sums of the period. */
function Sums({ summary }: { readonly summary: ValueSummary }) {
  return (
    <div className="grid4">
      <section className="card">
        <h2>Bad service avoided</h2>
        <div className="big">
          {plainNumber(summary.badMinutesAvoided.p10 ?? 0, 1)} min <small>at least (P10)</small>
        </div>
        <p className="small muted">
          P50 {plainNumber(summary.badMinutesAvoided.p50 ?? 0, 1)}, P90{' '}
          {plainNumber(summary.badMinutesAvoided.p90 ?? 0, 1)} min
        </p>
      </section>
      <section className="card">
        <h2>Failed requests avoided</h2>
        <div className="big">
          {plainNumber(summary.failedRequestsAvoided.p10 ?? 0, 0)} <small>at least (P10)</small>
        </div>
        <p className="small muted">
          P50 {plainNumber(summary.failedRequestsAvoided.p50 ?? 0, 0)}, P90{' '}
          {plainNumber(summary.failedRequestsAvoided.p90 ?? 0, 0)}
        </p>
      </section>
      <section className="card">
        <h2>Booked value (P10)</h2>
        <div className="big">{moneyText(summary.booked)}</div>
        <p className="small muted">
          not booked: {moneyText(summary.p10)} to {moneyText(summary.p90)} (P10 to P90)
        </p>
      </section>
      <section className="card">
        <h2>Grades of {plural(summary.incidents, 'incident')}</h2>
        <div className="big">
          {(['A', 'B', 'C', 'D'] as const).map((grade) => `${summary.grades[grade] ?? 0} ${grade}`).join(' · ')}
        </div>
        <p className="small muted">only A and B are booked; overlaps counted once; losses negative</p>
      </section>
    </div>
  );
}

function Ledger({ summary }: { readonly summary: ValueSummary }) {
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

/** What AutoOps was worth: minutes and requests first, money second, every figure down to its inputs. */
export default function ValuePage() {
  const [period, setPeriod] = useParameter('period', '90d');
  const quarter = quarterOf(useNow());
  const query = useQuery(queries.value(period));
  return (
    <Screen
      title="Value"
      head={
        <label className="chip">
          <span className="sr">Period</span>
          <select value={period} onChange={(event) => setPeriod(event.target.value)}>
            {[[quarter, `This quarter, ${quarter.slice(5)}`] as const, ...PERIODS].map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Loaded
        query={query}
        what="value"
        skeleton={
          <SkeletonScreen
            parts={[
              { grid: 'grid4', heights: [110, 110, 110, 110] },
              { heights: [24], width: '30%' },
              { heights: [160] },
              { grid: 'grid2', heights: [165, 165] },
            ]}
          />
        }
      >
        {(summary) => (
          <div className="stack">
            {summary.incidents > 0 && <Sums summary={summary} />}
            {summary.byService.length > 0 && (
              <div className="row">
                {summary.byService.map((each) => (
                  <span key={`${each.environment}${each.service}`} className="row small">
                    <EnvironmentChip environment={each.environment} /> {each.service}: {moneyText(each.booked)} from{' '}
                    {plural(each.incidents, 'incident')}
                  </span>
                ))}
              </div>
            )}
            <Ledger summary={summary} />
            <LeftOut summary={summary} />
            {summary.rateCards.length > 0 && (
              <>
                <h2>Rate cards in force</h2>
                <Cards cards={summary.rateCards} />
              </>
            )}
          </div>
        )}
      </Loaded>
    </Screen>
  );
}
