import type { Anomaly, SeriesResource } from '@autoops/contracts';
import { Time } from '../format/clock.tsx';
import { AnomalyAxes, NearestPast, WhatDiffers } from '../incident/anomaly-facts.tsx';

/** Whether an anomaly is of this very series, of this replica and no other. */
export function isOf(anomaly: Anomaly, series: Pick<SeriesResource, 'indicator' | 'labels'>): boolean {
  return (
    anomaly.indicator === series.indicator &&
    Object.entries(anomaly.labels).every(([label, value]) => series.labels[label] === value)
  );
}

/** What the newest anomaly of a series was, where one is within what its chart shows: score, axes, what differs, the nearest past. */
export function NewestAnomaly({ anomalies, series }: { anomalies: readonly Anomaly[]; series: SeriesResource }) {
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
