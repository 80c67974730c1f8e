import { budgetBar, sparkline, subjectText } from '@autoops/charts';
import type { ServiceResource, SloResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queries } from '../api/queries.ts';
import { SceneView } from '../chart/scene-view.tsx';
import { Time } from '../format/clock.tsx';
import { exhaustionText, percentText, timesText } from '../format/numbers.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { Screen } from '../shell/screen.tsx';
import { useSession } from '../shell/session.tsx';
import { BudgetMeter, Status } from '../status/status.tsx';
import { statusLook } from '../status/statuses.ts';
import type { Column } from '../table/data-table.tsx';
import { environmentColumn } from '../table/environment-column.tsx';
import { byWords, FindField } from '../table/find-field.tsx';
import { List, type Filter } from '../table/list.tsx';
import { SourceOffer } from '../state/demo-offer.tsx';
import { Banner } from '../state/banner.tsx';
import { isObserved } from './observed.ts';

const ORDER: Readonly<Record<ServiceResource['state'], number>> = {
  burning: 0,
  degraded: 1,
  'at-risk': 2,
  'no-data': 3,
  learning: 4,
  healthy: 5,
};

/** The SLO of a service that is worst off: least budget left. */
export function worstSlo(service: Pick<ServiceResource, 'slos'>): SloResource | undefined {
  return service.slos.toSorted((a, b) => a.budgetLeft - b.budgetLeft)[0];
}

/** When a budget is gone: "in 32 min". */
function goneText(seconds: Parameters<typeof exhaustionText>[0]): string {
  const { main } = exhaustionText(seconds);
  return /^\d/.test(main) ? `in ${main}` : main;
}

/** Services worst first: by state, then time to exhaustion, then budget left. */
export function worstFirst(services: readonly ServiceResource[]): ServiceResource[] {
  const eta = (service: ServiceResource): number =>
    worstSlo(service)?.exhaustionSeconds.p50 ?? Number.POSITIVE_INFINITY;
  const left = (service: ServiceResource): number => worstSlo(service)?.budgetLeft ?? 2;
  return services.toSorted(
    (a, b) =>
      ORDER[a.state] - ORDER[b.state] ||
      (eta(a) === eta(b) ? 0 : eta(a) - eta(b)) ||
      left(a) - left(b) ||
      a.id.localeCompare(b.id),
  );
}

const SPARKS = [
  ['request_rate', 'queue_throughput'],
  ['error_ratio', 'queue_age'],
  ['latency_p95', 'queue_depth'],
] as const;

function Sparks({ service }: { readonly service: ServiceResource }) {
  const shown = SPARKS.map((names) =>
    service.indicators.find((each) => (names as readonly string[]).includes(each.indicator)),
  )
    .filter((each) => each !== undefined)
    .filter((each) => each.sparkline.some((value) => value !== null));
  if (shown.length === 0) return '—';
  return (
    <span className="sparks">
      {shown.map((indicator) => (
        <SceneView
          key={indicator.indicator}
          scene={sparkline(
            subjectText(service.service, indicator.indicator),
            indicator.sparkline,
            indicator.unit,
            64,
            24,
          )}
          fixed
        />
      ))}
    </span>
  );
}

function burn(slo: SloResource | undefined): string {
  if (slo === undefined || !isObserved(slo) || slo.burnRates.length === 0) return '—';
  const sorted = slo.burnRates.map((rate) => rate.burn);
  return `${timesText(sorted[0] ?? 0)} / ${timesText(sorted.at(-1) ?? 0)}`;
}

const FILTERS: readonly Filter<ServiceResource>[] = [
  { title: 'State', parameter: 'state', of: (row) => row.state, label: (state) => statusLook('health', state).word },
  byWords((row) => `${row.service} ${row.title} ${row.owner}`),
];

const COLUMNS: readonly Column<ServiceResource>[] = [
  {
    key: 'name',
    title: 'Service',
    width: 'minmax(90px,1fr)',
    cell: (row) => row.service,
    sortBy: (row) => row.service,
  },
  environmentColumn('78px'),
  {
    key: 'state',
    title: 'State',
    width: 'minmax(104px,1fr)',
    cell: (row) =>
      row.state === 'learning' && row.learning !== undefined ? (
        <Status kind="health" value="learning" word={`Learning, ${row.learning.samples} of ${row.learning.of}`} />
      ) : (
        <Status kind="health" value={row.state} />
      ),
    sortBy: (row) => ORDER[row.state],
  },
  {
    key: 'budget',
    title: 'Budget left',
    width: '120px',
    named: true,
    cell: (row) => {
      const slo = worstSlo(row);
      if (slo === undefined) return <span className="faint">no SLO</span>;
      if (!isObserved(slo)) return <span className="faint">not known yet</span>;
      return (
        <span className="row" title={`${slo.title}: target ${percentText(slo.target)}`}>
          <BudgetMeter {...budgetBar(slo.budgetLeft, 60)} width={60} /> {percentText(slo.budgetLeft)}
        </span>
      );
    },
    sortBy: (row) => worstSlo(row)?.budgetLeft,
  },
  {
    key: 'burn',
    title: 'Burn fast / slow',
    width: '104px',
    align: 'right',
    wideOnly: true,
    cell: (row) => burn(worstSlo(row)),
    sortBy: (row) => worstSlo(row)?.burnRates[0]?.burn,
  },
  {
    key: 'eta',
    title: 'Gone at this burn',
    width: '104px',
    align: 'right',
    cell: (row) => (isObserved(worstSlo(row)) ? goneText(worstSlo(row)?.exhaustionSeconds) : '—'),
    sortBy: (row) => worstSlo(row)?.exhaustionSeconds.p50,
  },
  {
    key: 'red',
    title: 'Rate, errors, latency',
    width: '212px',
    wideOnly: true,
    cell: (row) => <Sparks service={row} />,
  },
  {
    key: 'owner',
    title: 'Owner',
    width: 'minmax(92px,1fr)',
    wideOnly: true,
    cell: (row) => (
      <span className="small muted cut" title={row.owner}>
        {row.owner || 'nobody'}
      </span>
    ),
    sortBy: (row) => row.owner,
  },
  {
    key: 'change',
    title: 'Last change',
    width: 'minmax(104px,1.6fr)',
    wideOnly: true,
    cell: (row) =>
      row.lastChange === undefined ? (
        // Of two lines, as a change is: a row keeps its height when one comes.
        <span className="small faint">
          none <span className="cut">in 30 days</span>
        </span>
      ) : (
        <span className="small muted" title={row.lastChange.summary}>
          <Time at={row.lastChange.at} relative />
          <span className="cut">{row.lastChange.summary}</span>
        </span>
      ),
    sortBy: (row) => row.lastChange?.at,
  },
];

/** All services, worst first. */
export default function ServicesPage() {
  const query = useQuery(queries.services());
  const rows = useMemo(() => worstFirst(query.data?.items ?? []), [query.data]);
  // The demo brings its own source: whoever waits for its first samples has nothing to connect.
  const awaited = useSession().demo && rows.every((row) => row.newestAt === undefined);
  return (
    <Screen title="Services" head={<FindField label="Filter services" placeholder="Filter by name or owner" />}>
      {rows.length > 0 && rows.every((row) => row.state === 'no-data') && (
        <div style={{ marginBottom: 12 }}>
          <Banner
            tone={rows.some((row) => row.newestAt !== undefined) ? 'high' : 'run'}
            glyph="dash"
            action={awaited ? undefined : <ActionButton to="/integrations">Integrations</ActionButton>}
          >
            {awaited ? (
              'The demo shop starts: this waits for its first samples.'
            ) : (
              <>
                {rows.some((row) => row.newestAt !== undefined)
                  ? 'No service has a recent measurement.'
                  : 'No service was measured yet.'}{' '}
                Integrations shows when each source was last heard of, and how to connect one.
              </>
            )}
          </Banner>
        </div>
      )}
      <List
        query={query}
        what="services"
        rowHeight={41}
        label="Services"
        rows={rows}
        idOf={(row) => row.id}
        to={(row) => `/services/${encodeURIComponent(row.id)}`}
        environmentOf={(row) => row.environment}
        filters={FILTERS}
        empty={{
          title: 'No service yet',
          text: 'Services appear here from the topology file and from the labels of incoming signals. This says what is still missing:',
          command: 'npx --no autoops doctor',
          children: <SourceOffer />,
        }}
        unmatched="No service matches"
        columns={COLUMNS}
      />
    </Screen>
  );
}
