import {
  changeBefore,
  durationText,
  indicatorName,
  lineChart,
  type Scene,
  subjectText,
  valueText,
} from '@autoops/charts';
import type { Anomaly } from '@autoops/contracts';
import { ChartWithTable } from '../chart/scene-view.tsx';
import { Time, useNow } from '../format/clock.tsx';
import { timesText, unbroken } from '../format/numbers.ts';
import { AlarmLabel } from '../labels/label-control.tsx';
import { Learning } from '../state/learning.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { mainAnomaly } from '../words/incident-sentence.ts';
import { capital } from '../words/reasons.ts';
import { AnomalyAxes, NearestPast, WhatDiffers } from './anomaly-facts.tsx';
import type { IncidentView } from './use-incident.ts';

/** How high the chart of the card is. */
const CARD_CHART_PX = 206;

/** How far outside its band a value is, in words. */
export function outsideText(observed: number, low: number, high: number): string {
  if (observed > high && high > 0) return `${timesText(observed / high)} the top of its band`;
  if (observed < low && low > 0) return `${Math.round((1 - observed / low) * 100)} % below its band`;
  return observed > high ? 'above its band' : observed < low ? 'below its band' : 'inside its band again';
}

/** The worst value while an anomaly lasted; after its end the newest one says nothing about it any more. */
export function worstOf(
  anomaly: Pick<Anomaly, 'observed' | 'direction' | 'openedAt' | 'closedAt'>,
  points: readonly { readonly at: number; readonly value: number | null }[],
): number {
  if (anomaly.closedAt === undefined) return anomaly.observed;
  const [from, to] = [Date.parse(anomaly.openedAt), Date.parse(anomaly.closedAt)];
  const during = points
    .filter((point) => point.at >= from && point.at <= to)
    .map((point) => point.value)
    .filter((value): value is number => value !== null);
  return anomaly.direction === 'down' ? Math.min(anomaly.observed, ...during) : Math.max(anomaly.observed, ...during);
}

/** What was detected: the measurement against what was expected, what differs, what changed just before. */
export function DetectedCard({ view }: { readonly view: IncidentView }) {
  const now = useNow();
  const anomaly = mainAnomaly(view.incident);
  if (anomaly === undefined) {
    return (
      <section className="card" aria-labelledby="detected">
        <div className="top">
          <h2 id="detected">Detected</h2>
        </div>
        <p className="muted">
          No measurement is out of its band.{' '}
          {view.incident.source === 'forecast'
            ? 'A forecast opened this incident before users felt anything.'
            : 'A person or an alert opened this incident.'}
        </p>
      </section>
    );
  }
  const { series } = view;
  const until = Math.min(view.to ?? now.getTime(), now.getTime());
  const points = (series?.points ?? []).map((point) => ({
    at: Date.parse(point.at),
    value: point.value,
    low: point.bandLow,
    high: point.bandHigh,
  }));
  const worst = worstOf(anomaly, points);
  const newest = series?.newestAt === undefined ? points.at(-1)?.at : Date.parse(series.newestAt);
  const draw = (width: number): Scene =>
    lineChart({
      width,
      height: CARD_CHART_PX,
      title: subjectText(anomaly.service, anomaly.indicator),
      unit: anomaly.unit,
      points,
      time: { from: Math.max(view.from, points[0]?.at ?? view.from), to: until },
      // A few seconds at the edge are the way from measuring to showing, not ignorance.
      ...(newest !== undefined && until - newest > 15_000 ? { knownUntil: newest } : {}),
      markers: [
        {
          at: Date.parse(anomaly.openedAt),
          text: `${new Date(anomaly.openedAt).toISOString().slice(11, 16)} anomaly`,
          ink: 'critical',
        },
        ...(anomaly.closedAt === undefined
          ? []
          : [{ at: Date.parse(anomaly.closedAt), text: 'back in its band', ink: 'allow' as const }]),
        ...(view.incident.closedAt === undefined
          ? []
          : [{ at: Date.parse(view.incident.closedAt), text: 'incident closed', ink: 'axis' as const }]),
      ],
    });
  const change = changeBefore(view.incident.openedAt, view.incident.anomalies);
  const others = view.incident.anomalies.length - 1;
  return (
    <section className="card" aria-labelledby="detected">
      <div className="top">
        <h2 id="detected">Detected</h2>
        <span className="small muted">
          score {anomaly.score.toFixed(2)} · <Time at={anomaly.lastAt} relative />
        </span>
      </div>
      <div className="big">
        {valueText(worst, anomaly.unit)}{' '}
        <small>
          {anomaly.closedAt === undefined ? '' : 'at worst: '}
          {indicatorName(anomaly.indicator)}, {outsideText(worst, anomaly.bandLow, anomaly.bandHigh)}
        </small>
      </div>
      {series === undefined ? <Skeleton height={CARD_CHART_PX} /> : <ChartWithTable draw={draw} />}
      {series?.state === 'learning' && <Learning samples={series.samples} of={series.learnsAt} />}
      <AnomalyAxes anomaly={anomaly} />
      <div className="rows">
        <WhatDiffers anomaly={anomaly} />
        <div className="kv">
          <span>Changed just before</span>
          <strong>
            {change === undefined
              ? 'nothing known'
              : unbroken(`${change.summary} · ${durationText(change.secondsBefore)} earlier`)}
          </strong>
        </div>
        <NearestPast anomaly={anomaly} />
        {others > 0 && (
          <div className="kv">
            <span>Belongs together</span>
            <strong title={view.incident.correlation.join('; ')}>
              {capital(String(others))} more:{' '}
              {[
                ...new Set(
                  view.incident.anomalies
                    .filter((each) => each !== anomaly)
                    .map((each) => subjectText(each.service, each.indicator)),
                ),
              ]
                .slice(0, 2)
                .join(', ')}
              {others > 2 ? ', …' : ''}
            </strong>
          </div>
        )}
        <AlarmLabel anomaly={anomaly} incidentId={view.incident.id} />
      </div>
    </section>
  );
}
