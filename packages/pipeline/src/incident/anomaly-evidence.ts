import { indicatorName } from '@autoops/charts';
import type { Anomaly, Evidence, JsonObject } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';

/** A value as JSON carries it: without what is undefined. */
export function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

/** A text about an anomaly with its indicator's name as people say it. What was decided keeps the name itself, for replay. */
export function inHumanWords(text: string, { indicator }: Pick<Anomaly, 'indicator'>): string {
  return text.replaceAll(indicator, indicatorName(indicator));
}

/** Evidence for each change of the anomaly's neighbourhood shortly before it. */
export function changeEvidence(anomaly: Anomaly, incidentId: string): Omit<Evidence, 'id'>[] {
  return anomaly.context.changesBefore.map((change) => {
    const data = plain(change);
    const uri = `/api/v1/events#${change.eventId}`;
    return {
      incidentId,
      kind: 'change',
      title: change.summary,
      uri,
      sha256: digestOf(data),
      capturedAt: anomaly.openedAt,
      data,
    };
  });
}

/** The anomaly itself as evidence of its incident, with the query that shows its series. */
export function anomalyEvidence(anomaly: Anomaly, incidentId: string): Omit<Evidence, 'id'> {
  const data = plain({ ...anomaly, incidentId });
  return {
    incidentId,
    kind: 'anomaly',
    title: `${anomaly.service} ${inHumanWords(anomaly.indicator, anomaly)} left its band`,
    uri: `/api/v1/anomalies/${anomaly.id}`,
    sha256: digestOf(data),
    capturedAt: anomaly.openedAt,
    query: `${anomaly.indicator}{${Object.entries({
      service: anomaly.service,
      environment: anomaly.environment,
      ...anomaly.labels,
    })
      .map(([label, value]) => `${label}="${value}"`)
      .join(',')}}`,
    data,
  };
}
