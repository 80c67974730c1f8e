import type { SeriesResource, ServiceResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { AnnotateDialog } from '../annotations/annotate-dialog.tsx';
import { AnnotationList } from '../annotations/annotation-list.tsx';
import { queries } from '../api/queries.ts';
import { DenseChart } from '../chart/dense-chart.tsx';
import type { ChartEvent } from '../chart/dense-events.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { useNow, useZone } from '../format/clock.tsx';
import { durationText, valueText } from '../format/numbers.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { useRefusal } from '../shell/session.tsx';
import { useParameter, useRange } from '../shell/url-state.ts';
import { Empty, Learning, Loaded, Skeleton } from '../state/states.tsx';
import { capital, indicatorText } from '../words/reasons.ts';
import { isOf, NewestAnomaly } from './newest-anomaly.tsx';

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

/** A service's indicators over one stretch of time, with what happened in it and what people noted. */
export function ServiceCharts({ service }: { readonly service: ServiceResource }) {
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
