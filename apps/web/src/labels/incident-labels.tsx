import { indicatorName, indicatorOf } from '@autoops/charts';
import type { IncidentResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { plural } from '../format/numbers.ts';
import { Loaded } from '../state/loaded.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { capital } from '../words/reasons.ts';
import { LabelControl } from './label-control.tsx';
import { detectorOf, precisionText } from './precision-text.ts';

/** On the Review tab: was it useful, all alarms at once and each by itself, beside how their detectors fare. */
export function IncidentLabels({ incident }: { readonly incident: IncidentResource }) {
  const labels = useQuery(queries.labels(incident.id));
  const precision = useQuery(queries.precision());
  if (incident.anomalies.length === 0) return null;
  const all = incident.anomalies.length === 1 ? 'the alarm' : `all ${plural(incident.anomalies.length, 'alarm')}`;
  return (
    <section className="card" style={{ marginTop: 14 }} aria-labelledby="was-it-useful">
      <h2 id="was-it-useful">Were its alarms useful?</h2>
      <Loaded query={labels} what="labels" skeleton={<Skeleton height={60} />}>
        {(page) => (
          <div className="stack tight">
            <LabelControl of="incidents" id={incident.id} what={`${all} of ${incident.name}`} labels={page.items} />
            {incident.anomalies.length > 1 && (
              <details>
                <summary>Each alarm by itself</summary>
                <div className="rows">
                  {incident.anomalies.map((anomaly) => (
                    <div key={anomaly.id} className="kv label-row">
                      <span>
                        {[
                          capital(indicatorOf(anomaly.service, anomaly.indicator)),
                          ...Object.values(anomaly.labels),
                        ].join(' ')}
                        <span className="faint"> · {precisionText(detectorOf(precision.data, anomaly))}</span>
                      </span>
                      <LabelControl
                        of="anomalies"
                        id={anomaly.id}
                        what={`the alarm on ${indicatorName(anomaly.indicator)}`}
                        labels={page.items.filter((label) => label.anomalyId === anomaly.id)}
                      />
                    </div>
                  ))}
                </div>
              </details>
            )}
          </div>
        )}
      </Loaded>
    </section>
  );
}
