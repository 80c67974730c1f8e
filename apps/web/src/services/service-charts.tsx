import type { SeriesResource, ServiceResource } from '@autoops/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { AnnotationList } from '../annotations/annotation-list.tsx';
import { queries } from '../api/queries.ts';
import type { ChartEvent } from '../chart/dense-events.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { useNow, useZone } from '../format/clock.tsx';
import { durationText, plural } from '../format/numbers.ts';
import { timeText } from '../format/time.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { useRefusal } from '../shell/session.tsx';
import { useParameter, useRange } from '../shell/url-state.ts';
import { Empty } from '../state/empty.tsx';
import { Loaded } from '../state/loaded.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { countsForSlo } from '../words/reasons.ts';
import { chartWindow } from './chart-window.ts';
import { CompareChoice } from './compare-choice.tsx';
import { shiftsOf, useEarlier } from './earlier.ts';
import { IndicatorChart } from './indicator-chart.tsx';
import { isOf } from './newest-anomaly.tsx';

/** Fetched when somebody notes something. */
const AnnotateDialog = lazy(async () => ({
  default: (await import('../annotations/annotate-dialog.tsx')).AnnotateDialog,
}));

/** Charts that are always open; every other indicator of the service is folded away below them. */
const FIRST = [
  'request_rate',
  'client_error_ratio',
  'error_ratio',
  'latency_p95',
  'saturation',
  'ready_replicas',
  'queue_age',
  'queue_depth',
  'db_connections',
  'retry_ratio',
];

/** By so much a range that ends now moves on at once. */
const TICK_MS = 15_000;

/** A chart is a few hundred px wide. */
const MOST_POINTS = 400;

/** So many are open of a service that has none of the first. */
const OPEN_OF_OTHERS = 6;

/** Which charts of a service are open, in their order, and which are folded away. */
export function sorted<T extends Pick<SeriesResource, 'indicator'>>(
  series: readonly T[],
): { readonly first: readonly T[]; readonly others: readonly T[] } {
  const first = FIRST.flatMap((indicator) => series.filter((each) => each.indicator === indicator));
  const others = series
    .filter(({ indicator }) => !FIRST.includes(indicator))
    .toSorted((a, b) => a.indicator.localeCompare(b.indicator));
  return first.length > 0
    ? { first, others }
    : { first: others.slice(0, OPEN_OF_OTHERS), others: others.slice(OPEN_OF_OTHERS) };
}

/** A service's indicators over one stretch of time, with what happened in it and what people noted. */
export function ServiceCharts({ service }: { readonly service: ServiceResource }) {
  const range = useRange();
  const { zone } = useZone();
  const now = useNow();
  const [at, setAt] = useParameter('at');
  const [span, setSpan] = useParameter('span');
  // A fixed window from the URL (zoomed in), or the range that ends now; it moves on in whole ticks so that requests can be shared.
  const end = at === '' ? Math.floor(now.getTime() / TICK_MS) * TICK_MS : Number(at);
  const seconds = span === '' ? range.seconds : Number(span);
  const scope = { service: service.service, environment: service.environment };
  const asked = {
    ...scope,
    from: new Date(end - seconds * 1000).toISOString(),
    ...(at === '' ? {} : { to: new Date(end).toISOString() }),
  };
  const series = useQuery({
    ...queries.series({ ...asked, maxPoints: MOST_POINTS }),
    placeholderData: keepPreviousData,
  });
  const [compared, setCompared] = useParameter('compare');
  const shifts = useMemo(() => shiftsOf(seconds), [seconds]);
  const chosen = useMemo(() => shifts.filter(({ value }) => compared.split(',').includes(value)), [shifts, compared]);
  const earlier = useEarlier({ ...scope, maxPoints: MOST_POINTS }, chosen, end, seconds);
  const annotations = useQuery({ ...queries.annotations({ ...asked, limit: 200 }), placeholderData: keepPreviousData });
  const refusal = useRefusal('aiops:analyze');
  const [charts, setCharts] = useParameter('charts');
  const unfolded = charts === 'all';
  const [noting, setNoting] = useState<{ readonly from: number; readonly to?: number } | undefined>();
  const note = (): void => setNoting({ from: at === '' ? now.getTime() : end });
  const anomalies = useQuery(queries.anomalies(scope));
  // What is not measured yet has no charts; the present moves on in whole ticks.
  const atPresent = at === '' || end >= now.getTime() - TICK_MS;
  const shift = (step: number): void => {
    if (step < 0 || !atPresent) setAt(String(Math.min(now.getTime(), Math.round(end + step * seconds * 500))), true);
  };
  useKeys({
    '[': { label: 'Earlier', run: () => shift(-1) },
    ']': { label: 'Later', run: () => shift(1) },
    n: { label: 'Note on the charts', run: note },
  });
  const eventsOf = (shown: SeriesResource): ChartEvent[] => [
    ...(anomalies.data?.items ?? [])
      .filter((anomaly) => isOf(anomaly, shown))
      .flatMap((anomaly) => [
        { at: Date.parse(anomaly.openedAt), text: 'anomaly', kind: 'anomaly' as const },
        ...(anomaly.closedAt === undefined
          ? []
          : [{ at: Date.parse(anomaly.closedAt), text: 'back in its band', kind: 'ended' as const }]),
      ]),
    ...(service.lastChange === undefined
      ? []
      : [
          {
            at: Date.parse(service.lastChange.at),
            text: service.lastChange.summary,
            // The plan's title, the same on every chart, is said above them all.
            short: service.lastChange.summary.startsWith('AutoOps: ') ? 'AutoOps' : undefined,
            kind: 'change' as const,
          },
        ]),
    ...(annotations.data?.items ?? []).map((annotation) => ({
      at: Date.parse(annotation.from),
      to: annotation.to === undefined ? undefined : Date.parse(annotation.to),
      text: annotation.text.length > 40 ? `${annotation.text.slice(0, 39)}…` : annotation.text,
      kind: 'note' as const,
    })),
  ];
  const shown = (series.data?.items ?? []).filter(({ indicator }) => !countsForSlo(indicator));
  const time = chartWindow(shown, { end, seconds, fixed: at !== '' });
  const clock = (ms: number): string => timeText(ms, zone, now);
  const one = (each: SeriesResource): ReactNode => (
    <IndicatorChart
      key={each.id}
      service={service}
      series={each}
      time={time}
      earlier={earlier.bySeries.get(each.id)}
      events={eventsOf(each)}
      anomalies={anomalies.data?.items ?? []}
      onAnnotate={(from, to) => setNoting({ from, to })}
      onZoom={(from, to) => {
        setAt(String(Math.round(to)));
        setTimeout(() => setSpan(String(Math.max(10, Math.round((to - from) / 1000))), true), 0);
      }}
    />
  );
  const { first, others } = sorted(shown);
  const troubled = others.filter((each) =>
    (anomalies.data?.items ?? []).some((anomaly) => anomaly.closedAt === undefined && isOf(anomaly, each)),
  ).length;
  return (
    <section aria-labelledby="charts">
      <div className="spread" style={{ margin: '18px 0 8px' }}>
        <div>
          <h2 id="charts">
            Indicators
            {at !== ''
              ? `, ${durationText(seconds)} until ${clock(end)}`
              : time.sinceFirst
                ? ` since ${clock(time.from)}`
                : `, ${range.label.toLowerCase()}`}
          </h2>
          <p className="small muted" style={{ margin: 0 }}>
            {time.sinceFirst && <>Before, nothing was measured in the {range.label.toLowerCase()}. </>}
            <span className="by-pointer">Drag to zoom, Shift and drag to add a note.</span>
          </p>
        </div>
        <div className="row">
          <ActionButton hint="n" onClick={note} disabledBecause={refusal}>
            Add note
          </ActionButton>
          <ActionButton hint="[" onClick={() => shift(-1)}>
            Earlier
          </ActionButton>
          <ActionButton
            hint="]"
            onClick={() => shift(1)}
            disabledBecause={atPresent ? 'It ends now; nothing later is measured yet.' : undefined}
          >
            Later
          </ActionButton>
          {at !== '' && (
            <ActionButton
              onClick={() => {
                setSpan('', true);
                setTimeout(() => setAt('', true), 0);
              }}
            >
              Back to now
            </ActionButton>
          )}
        </div>
      </div>
      <CompareChoice
        shifts={shifts}
        chosen={chosen}
        unmeasured={earlier.unmeasured}
        onChoose={(values) => setCompared(values.join(), true)}
      />
      <AnnotationList annotations={annotations.data?.items ?? []} />
      {noting !== undefined && (
        <Suspense fallback={null}>
          <AnnotateDialog {...scope} {...noting} refusal={refusal} onClose={() => setNoting(undefined)} />
        </Suspense>
      )}
      <Loaded query={series} what="series" skeleton={<Skeleton height={360} />}>
        {() =>
          shown.length === 0 ? (
            <Empty
              title="No measurement in this range"
              text="Choose another time range, or look at Integrations whether its source still sends."
            />
          ) : (
            <>
              <div className="grid2">{first.map(one)}</div>
              {others.length > 0 && (
                <details
                  className="more-charts"
                  open={unfolded}
                  onToggle={(event) => {
                    const all = event.currentTarget.open;
                    if (all !== unfolded) setCharts(all ? 'all' : '', true);
                  }}
                >
                  <summary>
                    {plural(others.length, 'more indicator')}
                    {troubled > 0 && `, ${troubled} outside what is expected`}
                  </summary>
                  {unfolded && <div className="grid2">{others.map(one)}</div>}
                </details>
              )}
            </>
          )
        }
      </Loaded>
    </section>
  );
}
