import type {
  Evidence,
  Forecast,
  IncidentResource,
  Narrative,
  Page,
  Plan,
  SeriesResource,
  ServiceResource,
  SloResource,
} from '@autoops/contracts';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/queries.ts';
import { mainAnomaly } from '../words/incident-sentence.ts';

/** How much of the time before the incident its charts show. */
const LEAD_MS = 10 * 60_000;
const TAIL_MS = 3 * 60_000;

/** Whoever looks elsewhere for no longer than this finds the page as they left it. */
const GLANCE_MS = 15_000;

export interface IncidentView {
  readonly incident: IncidentResource;
  readonly plan: Plan | undefined;
  readonly evidence: readonly Evidence[];
  readonly narrative: Narrative | undefined;
  readonly service: ServiceResource | undefined;
  readonly slo: SloResource | undefined;
  readonly series: SeriesResource | undefined;
  readonly forecast: Forecast | undefined;
  readonly from: number;
  readonly to: number | undefined;
}

/** Everything that the page of one incident shows, each part as soon as it is there. */
export function useIncident(id: string) {
  const client = useQueryClient();
  const query = useQuery(queries.incident(id));
  const incident = query.data;
  const known = incident !== undefined;
  const uuid = incident?.id ?? id;
  const anomaly = incident === undefined ? undefined : mainAnomaly(incident);
  const openedAt =
    anomaly === undefined
      ? Date.parse(incident?.openedAt ?? '')
      : Math.min(Date.parse(anomaly.openedAt), Date.parse(incident?.openedAt ?? ''));
  const from = openedAt - LEAD_MS;
  const to = incident?.closedAt === undefined ? undefined : Date.parse(incident.closedAt) + TAIL_MS;

  const planQuery = queries.plan(incident?.planId ?? '');
  const plan = useQuery({
    ...planQuery,
    enabled: incident?.planId !== undefined,
    // The plan before stays until its successor is here: the card does not collapse, an open dialog does not close.
    placeholderData: (before: Plan | undefined) => (before?.incidentId === incident?.id ? before : undefined),
  });
  const evidence = useQuery({ ...queries.evidence(uuid), enabled: known });
  // Value and narrative are written together; asking before would be a 404 in everybody's console.
  const narrative = useQuery({ ...queries.narrative(uuid), enabled: incident?.value !== undefined });
  const services = useQuery({
    ...queries.service(`${incident?.environment ?? ''}:${incident?.service ?? ''}`),
    enabled: known,
  });
  const slos = useQuery({
    ...queries.slos({ environment: incident?.environment, service: incident?.service }),
    enabled: known,
  });
  const series = useQuery({
    ...queries.series({
      service: anomaly?.service,
      environment: anomaly?.environment,
      indicator: anomaly?.indicator,
      from: known ? new Date(from).toISOString() : undefined,
      to: to === undefined ? undefined : new Date(to).toISOString(),
      maxPoints: 240,
    }),
    enabled: known && anomaly !== undefined,
    // The line stays while its end becomes known, and never stands for another one.
    placeholderData: (before: Page<SeriesResource> | undefined) =>
      before?.items.some(
        ({ service, indicator }) => service === anomaly?.service && indicator === anomaly.indicator,
      ) === true
        ? before
        : undefined,
  });

  const sameLabels = (one: SeriesResource): boolean =>
    Object.entries(anomaly?.labels ?? {}).every(([label, value]) => one.labels[label] === value);
  const forecast = incident?.forecast;
  const sloList = slos.data?.items ?? services.data?.slos ?? [];
  const view: IncidentView | undefined =
    incident === undefined
      ? undefined
      : {
          incident,
          plan: plan.data,
          evidence: evidence.data?.items ?? [],
          narrative: narrative.data,
          service: services.data,
          slo: sloList.find((slo) => slo.name === forecast?.slo) ?? sloList[0],
          series: series.data?.items.find(sameLabels) ?? series.data?.items[0],
          forecast,
          from,
          to,
        };
  // The first answers come together, so that the headline and the cards stand still; one that fails does not hold up the others.
  const [shown, setShown] = useState(false);
  const [arrivedAt] = useState(() => Date.now());
  const parts = [plan, evidence, narrative, services, slos, series];
  // Nor is a page opened with what has long been outdated: it would change under the finger of whoever begins to read.
  const isOutdated = ({ isFetching, failureCount, dataUpdatedAt }: UseQueryResult, key: readonly unknown[]): boolean =>
    isFetching &&
    failureCount === 0 &&
    dataUpdatedAt < arrivedAt - GLANCE_MS &&
    client.getQueryState(key)?.isInvalidated === true;
  const ready =
    view !== undefined &&
    parts.every((each) => !each.isLoading || each.failureCount > 0) &&
    !isOutdated(query, queries.incident(id).queryKey) &&
    !isOutdated(plan, planQuery.queryKey);
  if (ready && !shown) setShown(true);
  // What is asked later (a plan that was made, the story of what ended) takes nothing away that is already read.
  return { query, view: ready || shown ? view : undefined };
}
