import { indicatorName } from '@autoops/charts';
import type { Anomaly, SeriesResource, ServiceResource } from '@autoops/contracts';
import { DenseChart } from '../chart/dense-chart.tsx';
import type { EarlierSeries } from '../chart/dense-columns.ts';
import type { ChartEvent } from '../chart/dense-events.ts';
import type { Stretch } from '../chart/unknown-stretches.ts';
import { useZone } from '../format/clock.tsx';
import { valueText } from '../format/numbers.ts';
import { Learning } from '../state/learning.tsx';
import { capital } from '../words/reasons.ts';
import { NewestAnomaly } from './newest-anomaly.tsx';

/** A chart that has less than this share of the service's samples learns by itself, which its own bar says. */
const LAGGING = 0.75;

/** Whether a series still learns while its service knows more, or enough. */
export function lagsBehind(
  series: Pick<SeriesResource, 'state' | 'samples'>,
  service: Pick<ServiceResource, 'learning'>,
): boolean {
  if (series.state !== 'learning') return false;
  return service.learning === undefined || series.samples < LAGGING * service.learning.samples;
}

interface IndicatorChartProps {
  readonly service: ServiceResource;
  readonly series: SeriesResource;
  readonly earlier: readonly EarlierSeries[] | undefined;
  readonly time: Stretch;
  readonly events: readonly ChartEvent[];
  readonly anomalies: readonly Anomaly[];
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onAnnotate: (fromMs: number, toMs: number) => void;
}

/** One indicator of a service: its newest value, its course with what happened, and its newest anomaly. */
export function IndicatorChart(props: IndicatorChartProps) {
  const { service, series, earlier, time, events, anomalies, onZoom, onAnnotate } = props;
  const { zone } = useZone();
  const last = series.points.findLast((point) => point.value !== null);
  const labels = Object.entries(series.labels).filter(([name]) => name !== 'service' && name !== 'environment');
  const name = indicatorName(series.indicator);
  return (
    <section className="card" aria-label={[name, ...labels.map((label) => label.join(' '))].join(', ')}>
      <div className="top">
        <h3>
          {capital(name)}
          {labels.map(([label, value]) => (
            <span key={label}>
              {' '}
              <span className="muted small label-value" title={`${label} ${value}`}>
                {value}
              </span>
            </span>
          ))}
        </h3>
        <span className="small muted nowrap">
          {series.view}s&apos; view · <b>{valueText(last?.value, series.unit)}</b>
        </span>
      </div>
      {lagsBehind(series, service) && <Learning samples={series.samples} of={series.learnsAt} />}
      <DenseChart
        series={series}
        events={events}
        earlier={earlier}
        syncKey={service.id}
        zone={zone}
        time={time}
        onAnnotate={onAnnotate}
        onZoom={onZoom}
      />
      <NewestAnomaly anomalies={anomalies} series={series} />
    </section>
  );
}
