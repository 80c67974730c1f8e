import type { Anomaly, Topology } from '@autoops/contracts';
import { JOIN_WITHIN_MS, correlateRecord, type CorrelationRecord } from './correlate.ts';
import { callDepth, relate, type Relation } from './topology-graph.ts';

type Candidate = Pick<Anomaly, 'id' | 'service' | 'indicator' | 'openedAt'> & { readonly opens: boolean };

/** All that decides on which anomalies a new incident is made of, as JSON; stored with the decision, for replay. */
export type OpeningRecord =
  | { readonly kind: 'alone'; readonly correlation: CorrelationRecord }
  | {
      readonly kind: 'gathered';
      readonly cause: string;
      readonly correlation: CorrelationRecord;
      /** Open anomalies of the environment without an incident, related to the cause's service. */
      readonly candidates: readonly Candidate[];
      /** Relations between the candidates' services: to the cause's, and to each that may lead. */
      readonly relations: readonly (Relation & { readonly from: string; readonly to: string })[];
      /** `[caller, callee]` where a call path leads from one opening service to another. */
      readonly calls: readonly (readonly [string, string])[];
    };

/** What a new incident is made of. */
export interface Gathering {
  readonly service: string;
  /** Id of the anomaly that names it. */
  readonly leading: string;
  readonly joined: readonly { readonly id: string; readonly reason: string }[];
}

/** What of the open anomalies and of the topology matters for the incident that `cause` opens. */
export function openingRecord(
  cause: Candidate,
  correlation: CorrelationRecord,
  loose: readonly Candidate[],
  topology: Topology,
): Extract<OpeningRecord, { kind: 'gathered' }> {
  const candidates = loose.filter(({ service }) => relate(topology, service, cause.service) !== undefined);
  const services = [...new Set(candidates.map(({ service }) => service))];
  const leading = new Set([cause.service, ...candidates.filter(({ opens }) => opens).map(({ service }) => service)]);
  const pairs = services.flatMap((from) => [...leading].map((to) => [from, to] as const));
  return {
    kind: 'gathered',
    cause: cause.id,
    correlation,
    candidates: candidates.map(({ id, service, indicator, openedAt, opens }) => ({
      id,
      service,
      indicator,
      openedAt,
      opens,
    })),
    relations: pairs.flatMap(([from, to]) => {
      const relation = relate(topology, from, to);
      return relation === undefined ? [] : [{ from, to, ...relation }];
    }),
    calls: [...leading].flatMap((caller) =>
      [...leading].flatMap((callee) =>
        caller !== callee && callDepth(topology, caller, callee) !== undefined ? [[caller, callee] as const] : [],
      ),
    ),
  };
}

/**
 * Gathers the anomalies of a new incident: those that began at most 60 s from the cause, on services that hang together with it.
 * The service nearest to the root of calls leads. Throws when the record does not hold its cause.
 */
export function gather(record: Extract<OpeningRecord, { kind: 'gathered' }>): Gathering {
  const cause = record.candidates.find(({ id }) => id === record.cause);
  if (cause === undefined) throw new Error('The record of the opening lacks the anomaly that opened it.');
  const { reason: why } = correlateRecord(record.correlation);
  const openedAt = Date.parse(cause.openedAt);
  const joined = record.candidates
    .filter((each) => Math.abs(Date.parse(each.openedAt) - openedAt) <= JOIN_WITHIN_MS)
    .toSorted((a, b) =>
      a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0,
    );
  const opening = joined.filter(({ opens }) => opens);
  const services = opening.map(({ service }) => service);
  const calls = (caller: string, callee: string): boolean =>
    record.calls.some(([from, to]) => from === caller && to === callee);
  const service =
    services.find((each) => services.every((other) => other === each || !calls(each, other))) ??
    services[0] ??
    cause.service;
  const leading = opening.find((each) => each.service === service) ?? cause;
  return {
    service,
    leading: leading.id,
    joined: joined.map((each) => ({ id: each.id, reason: reasonOf(each, leading, why, record.relations) })),
  };
}

function reasonOf(
  each: Candidate,
  leading: Candidate,
  why: string,
  relations: Extract<OpeningRecord, { kind: 'gathered' }>['relations'],
): string {
  if (each.id === leading.id) return `${each.indicator} of ${each.service} opened it: ${why}`;
  const apart = Math.round(Math.abs(Date.parse(each.openedAt) - Date.parse(leading.openedAt)) / 1000);
  const relation = relations.find(({ from, to }) => from === each.service && to === leading.service);
  return `${each.indicator} of ${each.service}: ${relation?.words ?? 'same service'}; began ${apart} s apart`;
}

/** What was decided when an incident opened, made again from its record: the service and why each anomaly belongs to it. */
export function decideOpening(record: OpeningRecord): unknown {
  return record.kind === 'gathered' ? gather(record) : correlateRecord(record.correlation);
}
