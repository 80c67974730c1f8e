import { budgetBar, budgetChart, percentDigits } from '@autoops/charts';
import type { Anomaly, SeriesResource, ServiceResource, SloResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { AnnotateDialog } from '../annotations/annotate-dialog.tsx';
import { AnnotationList } from '../annotations/annotation-list.tsx';
import { queries } from '../api/queries.ts';
import { DenseChart } from '../chart/dense-chart.tsx';
import type { ChartEvent } from '../chart/dense-events.ts';
import { ChartWithTable } from '../chart/scene-view.tsx';
import { ActionButton } from '../controls/action-button.tsx';
import { Time, useNow, useZone } from '../format/clock.tsx';
import { durationText, exhaustionText, percentText, timesText, valueText } from '../format/numbers.ts';
import { AnomalyAxes, NearestPast, WhatDiffers } from '../incident/anomaly-facts.tsx';
import { useKeys } from '../keyboard/keys.tsx';
import { PrecisionSection } from '../labels/precision-section.tsx';
import { useRefusal } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { useParameter, useRange } from '../shell/url-state.ts';
import { Empty, Learning, Loaded, Skeleton, SkeletonScreen } from '../state/states.tsx';
import { EnvironmentChip, Status, StatusChip } from '../status/status.tsx';
import { Beside } from './beside.tsx';
import { Forecasts } from './forecasts.tsx';
import { isObserved } from './services-page.tsx';
import { capital, indicatorText } from '../words/reasons.ts';

/** Charts shown first; every other indicator of the service follows. */
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

function Gauge({ slo }: { readonly slo: SloResource }) {
  const { main, range } = exhaustionText(slo.exhaustionSeconds);
  const bar = budgetBar(slo.budgetLeft, 100);
  return (
    <section className="card" aria-label={`SLO ${slo.title}`}>
      <div className="top">
        <h2 className="h3">{slo.title || slo.name}</h2>
        <StatusChip kind="health" value={slo.state} />
      </div>
      {isObserved(slo) ? (
        <>
          <div className="spread">
            <div className="big">
              {slo.budgetLeft < 0 ? `\u2212${percentDigits(-slo.budgetLeft)} %` : `${percentDigits(slo.budgetLeft)} %`}{' '}
              <small>of the budget left</small>
            </div>
            <div className="big">
              {main}{' '}
              <small>
                {main === 'not in sight' ? 'exhaustion' : `to exhaustion${range === '' ? '' : `, ${range}`}`}
              </small>
            </div>
          </div>
          <div style={{ margin: '8px 0' }}>
            <span className="bar" role="img" aria-label={bar.summary} style={{ width: '100%', height: 8 }}>
              <i className={bar.ink} style={{ width: `${Math.max(0, Math.min(100, slo.budgetLeft * 100))}%` }} />
            </span>
          </div>
          <ChartWithTable
            draw={(width) =>
              budgetChart({
                title: slo.title || slo.name,
                observed: slo.burnDown.map((point) => ({ at: Date.parse(point.at), value: point.budgetLeft })),
                height: 130,
                width,
              })
            }
          />
        </>
      ) : (
        <p className="unknown">
          Of its budget nothing is known yet:{' '}
          {slo.totalEvents === 0 ? 'no operation was seen' : `${valueText(slo.totalEvents, 'n')} operations were seen`}{' '}
          in {durationText(slo.observedSeconds)}. Time that nobody observed is neither good nor spent.
        </p>
      )}
      <div className="rows">
        <div className="kv">
          <span>Attained</span>
          <strong>
            {percentText(slo.attained)} of an objective of {percentText(slo.target)} over{' '}
            {durationText(slo.windowSeconds)}
          </strong>
        </div>
        <div className="kv">
          <span>Bad of all events</span>
          <strong>
            {valueText(slo.badEvents, 'n')} of {valueText(slo.totalEvents, 'n')}; observed{' '}
            {durationText(slo.observedSeconds)} of {durationText(slo.windowSeconds)}
          </strong>
        </div>
        {(isObserved(slo) ? slo.burnRates : []).map((rate) => (
          <div key={`${rate.window}${rate.shortWindow}`} className="kv">
            <span>
              Burn over {rate.window} and {rate.shortWindow}
            </span>
            <strong>
              {rate.firing && <Status kind="health" value="burning" />} {timesText(rate.burn)} of{' '}
              {timesText(rate.threshold)} allowed
            </strong>
          </div>
        ))}
      </div>
    </section>
  );
}

/** Whether an anomaly is of this very series, of this replica and no other. */
function isOf(anomaly: Anomaly, series: Pick<SeriesResource, 'indicator' | 'labels'>): boolean {
  return (
    anomaly.indicator === series.indicator &&
    Object.entries(anomaly.labels).every(([label, value]) => series.labels[label] === value)
  );
}

/** What the newest anomaly of a series was, where one is within what its chart shows: score, axes, what differs, the nearest past. */
function NewestAnomaly({ anomalies, series }: { anomalies: readonly Anomaly[]; series: SeriesResource }) {
  const from = series.points[0]?.at ?? '';
  const own = anomalies.filter((anomaly) => isOf(anomaly, series) && (anomaly.closedAt ?? anomaly.lastAt) >= from);
  const newest = own.toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))[0];
  if (newest === undefined || from === '') return null;
  return (
    <details className="newest-anomaly">
      <summary>
        {newest.closedAt === undefined ? 'Anomaly since' : 'Anomaly of'} <Time at={newest.openedAt} plain />, score{' '}
        {newest.score.toFixed(2)}
      </summary>
      <AnomalyAxes anomaly={newest} />
      <div className="rows">
        <WhatDiffers anomaly={newest} />
        <NearestPast anomaly={newest} />
      </div>
    </details>
  );
}

function Charts({ service }: { readonly service: ServiceResource }) {
  const range = useRange();
  const { zone } = useZone();
  const now = useNow();
  const [at, setAt] = useParameter('at');
  const [span, setSpan] = useParameter('span');
  // A fixed window from the URL (zoomed in), or the range that ends now; it moves on in whole ticks so that requests can be shared.
  const end = at === '' ? Math.floor(now.getTime() / 15_000) * 15_000 : Number(at);
  const seconds = span === '' ? range.seconds : Number(span);
  const series = useQuery({
    ...queries.series({
      service: service.service,
      environment: service.environment,
      from: new Date(end - seconds * 1000).toISOString(),
      ...(at === '' ? {} : { to: new Date(end).toISOString() }),
      maxPoints: 400,
    }),
    placeholderData: (previous) => previous,
  });
  const annotations = useQuery({
    ...queries.annotations({
      service: service.service,
      environment: service.environment,
      from: new Date(end - seconds * 1000).toISOString(),
      ...(at === '' ? {} : { to: new Date(end).toISOString() }),
      limit: 200,
    }),
    placeholderData: (previous) => previous,
  });
  const refusal = useRefusal('aiops:analyze');
  const [noting, setNoting] = useState<{ readonly from: number; readonly to?: number } | undefined>();
  const note = (): void => setNoting({ from: at === '' ? now.getTime() : end });
  const anomalies = useQuery(queries.anomalies({ service: service.service, environment: service.environment }));
  const shift = (step: number): void => {
    setAt(String(Math.round(end + step * seconds * 500)), true);
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
      : [{ at: Date.parse(service.lastChange.at), text: service.lastChange.summary, kind: 'change' as const }]),
    ...(annotations.data?.items ?? []).map((annotation) => ({
      at: Date.parse(annotation.from),
      to: annotation.to === undefined ? undefined : Date.parse(annotation.to),
      text: annotation.text.length > 40 ? `${annotation.text.slice(0, 39)}…` : annotation.text,
      kind: 'note' as const,
    })),
  ];
  const rank = (indicator: string): number => (FIRST.includes(indicator) ? FIRST.indexOf(indicator) : FIRST.length);
  return (
    <section aria-labelledby="charts">
      <div className="spread" style={{ margin: '18px 0 8px' }}>
        <h2 id="charts">
          Indicators,{' '}
          {at === ''
            ? range.label.toLowerCase()
            : `${durationText(seconds)} until ${new Date(end).toISOString().slice(11, 19)} UTC`}
          {' · '}drag to zoom, Shift and drag to add a note
        </h2>
        <div className="row">
          <ActionButton hint="n" onClick={note} disabledBecause={refusal}>
            Add note
          </ActionButton>
          <ActionButton hint="[" onClick={() => shift(-1)}>
            Earlier
          </ActionButton>
          <ActionButton hint="]" onClick={() => shift(1)}>
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
      <AnnotationList annotations={annotations.data?.items ?? []} />
      {noting !== undefined && (
        <AnnotateDialog
          service={service.service}
          environment={service.environment}
          {...noting}
          refusal={refusal}
          onClose={() => setNoting(undefined)}
        />
      )}
      <Loaded query={series} what="series" skeleton={<Skeleton height={360} />}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title="No measurement in this range"
              text="Choose another time range, or look at Integrations whether its source still sends."
            />
          ) : (
            <div className="grid2">
              {page.items
                .toSorted((a, b) => rank(a.indicator) - rank(b.indicator) || a.indicator.localeCompare(b.indicator))
                .map((each) => {
                  const last = each.points.findLast((point) => point.value !== null);
                  const labels = Object.entries(each.labels).filter(
                    ([name]) => name !== 'service' && name !== 'environment',
                  );
                  return (
                    <section
                      key={each.id}
                      className="card"
                      aria-label={[indicatorText(each.indicator), ...labels.map((label) => label.join(' '))].join(', ')}
                    >
                      <div className="top">
                        <h3>
                          {capital(indicatorText(each.indicator))}{' '}
                          <span className="muted small">
                            {labels.map(([name, value]) => `${name}=${value}`).join(' ')}
                          </span>
                        </h3>
                        <span className="small muted">
                          {each.view}s&apos; view · <b>{valueText(last?.value, each.unit)}</b>
                        </span>
                      </div>
                      {each.state === 'learning' && <Learning samples={each.samples} of={each.learnsAt} />}
                      <DenseChart
                        series={each}
                        events={eventsOf(each)}
                        syncKey={service.id}
                        zone={zone}
                        onAnnotate={(from, to) => setNoting({ from, to })}
                        onZoom={(from, to) => {
                          setAt(String(Math.round(to)));
                          setTimeout(() => setSpan(String(Math.max(10, Math.round((to - from) / 1000))), true), 0);
                        }}
                      />
                      <NewestAnomaly anomalies={anomalies.data?.items ?? []} series={each} />
                    </section>
                  );
                })}
            </div>
          )
        }
      </Loaded>
    </section>
  );
}

/** One service: every SLO as a gauge, the indicators with one cursor, open incidents. */
export default function ServicePage() {
  const { id = '' } = useParams();
  const query = useQuery(queries.service(id));
  const service = query.data;
  const slos = useQuery({
    ...queries.slos({ service: service?.service, environment: service?.environment }),
    enabled: service !== undefined,
  });
  const incidents = useQuery({
    ...queries.incidents({ service: service?.service, environment: service?.environment }),
    enabled: service !== undefined,
  });
  useTitle(service === undefined ? 'Service' : `${service.service} in ${service.environment}`);
  return (
    <Loaded
      query={query}
      what="service"
      heading={id.split(':').toReversed().join(' in ')}
      skeleton={<SkeletonScreen cards={2} cardHeight={420} below={300} />}
    >
      {(loaded) => {
        const gauges = slos.data?.items ?? loaded.slos;
        const open = incidents.data?.items.filter((row) => row.state !== 'closed') ?? [];
        return (
          <>
            <div className="row" style={{ marginBottom: 8 }}>
              <Status kind="health" value={loaded.state} />
              <EnvironmentChip environment={loaded.environment} />
              {loaded.learning !== undefined && loaded.state === 'learning' && <Learning {...loaded.learning} />}
            </div>
            <h1>{loaded.title || loaded.service}</h1>
            <dl className="facts">
              {(
                [
                  ['Owner', loaded.owner || 'nobody'],
                  ['Calls', loaded.dependsOn.join(', ') || 'nothing'],
                  ['Called by', loaded.dependents.join(', ') || 'users'],
                  ['Last change', loaded.lastChange === undefined ? 'none seen' : loaded.lastChange.summary],
                  [
                    'Newest sample',
                    loaded.newestAt === undefined ? 'none' : <Time key="newest" at={loaded.newestAt} relative />,
                  ],
                ] as const
              ).map(([title, value]) => (
                <div key={title}>
                  <dt>{title}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
            {open.length > 0 && (
              <div className="stack tight" style={{ marginBottom: 14 }}>
                {open.map((row) => (
                  <Link
                    key={row.id}
                    to={`/incidents/${row.name}`}
                    className="banner high"
                    style={{ textDecoration: 'none' }}
                  >
                    <StatusChip kind="severity" value={row.severity} />
                    <b>{row.name}</b>
                    <span className="grow">{row.title}</span>
                    <Status kind="incident" value={row.state} />
                  </Link>
                ))}
              </div>
            )}
            {gauges.length === 0 ? (
              <Empty
                title="This service has no SLO"
                text="Put an OpenSLO file into slos/ of the configuration directory; it is loaded at once."
              />
            ) : (
              <div className="grid2">
                {gauges.map((slo) => (
                  <Gauge key={slo.id} slo={slo} />
                ))}
                <Beside service={loaded} />
              </div>
            )}
            <Forecasts service={loaded} />
            <Charts service={loaded} />
            <div style={{ marginTop: 14 }}>
              <PrecisionSection scope={{ environment: loaded.environment, service: loaded.service }} />
            </div>
          </>
        );
      }}
    </Loaded>
  );
}
