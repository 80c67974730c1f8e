import type { Approval, IncidentRow, Run, ServiceResource } from '@autoops/contracts';
import { plural } from '../format/numbers.ts';
import { isLive } from '../words/run-words.ts';

export type WorkItem =
  | { readonly kind: 'approval'; readonly key: string; readonly to: string; readonly approval: Approval }
  | { readonly kind: 'execute'; readonly key: string; readonly to: string; readonly incident: IncidentRow }
  | { readonly kind: 'human'; readonly key: string; readonly to: string; readonly run: Run }
  | { readonly kind: 'run'; readonly key: string; readonly to: string; readonly run: Run }
  | {
      readonly kind: 'burning';
      readonly key: string;
      readonly to: string;
      readonly service: ServiceResource;
      readonly seconds: number | null;
    }
  | { readonly kind: 'incident'; readonly key: string; readonly to: string; readonly incident: IncidentRow };

/** Seconds until the first of a service's budgets is gone; null when none is in sight. */
export function soonestExhaustion(service: Pick<ServiceResource, 'slos'>): number | null {
  const known = service.slos
    .map((slo) => slo.exhaustionSeconds.p50)
    .filter((seconds): seconds is number => seconds !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** What needs somebody, most pressing first: decisions by time left, runs that need a person, runs in progress, burning budgets by time to exhaustion, other open incidents. */
export function worklist(
  approvals: readonly Approval[],
  incidents: readonly IncidentRow[],
  runs: readonly Run[],
  services: readonly ServiceResource[],
  environment?: string,
): WorkItem[] {
  const here = <T extends { readonly environment: string }>(rows: readonly T[]): readonly T[] =>
    rows.filter((row) => environment === undefined || row.environment === environment);
  const waiting = here(approvals)
    .filter((approval) => approval.state === 'waiting')
    .toSorted((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
  const open = here(incidents).filter((incident) => incident.state !== 'closed');
  const awaited = new Set(waiting.map((approval) => approval.incidentId));
  const executable = open.filter(
    (incident) => incident.state === 'awaiting-decision' && incident.verdict === 'allow' && !awaited.has(incident.id),
  );
  const mine = here(runs);
  const burning = here(services)
    .filter(
      (service) =>
        service.state === 'burning' || service.slos.some((slo) => slo.state === 'burning' || slo.state === 'exhausted'),
    )
    .map((service) => ({ service, seconds: soonestExhaustion(service) }))
    .toSorted((a, b) => (a.seconds ?? Number.POSITIVE_INFINITY) - (b.seconds ?? Number.POSITIVE_INFINITY));
  const running = mine.filter((run) => isLive(run.state));
  const shown = new Set([
    ...awaited,
    ...executable.map((incident) => incident.id),
    ...running.map((run) => run.incidentId),
  ]);
  return [
    ...waiting.map((approval): WorkItem => ({
      kind: 'approval',
      key: approval.id,
      to: `/approvals/${approval.id}?v=${approval.planHash.slice(0, 8)}`,
      approval,
    })),
    ...executable.map((incident): WorkItem => ({
      kind: 'execute',
      key: incident.id,
      to: `/incidents/${incident.name}`,
      incident,
    })),
    ...mine
      .filter((run) => run.state === 'needs-human' || run.state === 'rollback-failed')
      .map((run): WorkItem => ({ kind: 'human', key: run.id, to: `/runs/${run.id}`, run })),
    ...running.map((run): WorkItem => ({ kind: 'run', key: run.id, to: `/runs/${run.id}`, run })),
    ...open
      .filter((incident) => !shown.has(incident.id))
      .map((incident): WorkItem => ({
        kind: 'incident',
        key: incident.id,
        to: `/incidents/${incident.name}`,
        incident,
      })),
    ...burning.map(({ service, seconds }): WorkItem => ({
      kind: 'burning',
      key: service.id,
      to: `/services/${encodeURIComponent(service.id)}`,
      service,
      seconds,
    })),
  ];
}

/** More services than this are counted, not named; beside several kinds of work all are, so that the sentence stays one line. */
const NAMED_MOST = 3;
const LIST = new Intl.ListFormat('en-GB');

/** One sentence of state: "2 services burn, 1 plan waits for you." */
export function stateSentence(items: readonly WorkItem[], services: readonly ServiceResource[]): string {
  const count = (kind: WorkItem['kind']): number => items.filter((item) => item.kind === kind).length;
  const say = (number: number, one: string, many: string): string[] =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  const parts = [
    ...say(count('approval') + count('execute'), 'plan waits for a person', 'plans wait for a person'),
    ...say(count('human'), 'run needs a person', 'runs need a person'),
    ...say(count('run'), 'run is in progress', 'runs are in progress'),
    ...say(count('incident'), 'incident is looked at', 'incidents are looked at'),
    ...say(count('burning'), 'service burns its budget', 'services burn their budget'),
  ];
  const inState = (state: ServiceResource['state']): readonly ServiceResource[] =>
    services.filter((service) => service.state === state);
  const several = new Set(services.map(({ environment }) => environment)).size > 1;
  // No list below names these, so the sentence does.
  const named = (found: readonly ServiceResource[], what: string): string[] => {
    if (found.length > (parts.length > 1 ? 0 : NAMED_MOST))
      return say(found.length, `service is ${what}`, `services are ${what}`);
    const names = found.map(({ service, environment }) => (several ? `${service} in ${environment}` : service));
    return found.length === 0 ? [] : [`${LIST.format(names)} ${found.length === 1 ? 'is' : 'are'} ${what}`];
  };
  const troubled = [...named(inState('degraded'), 'degraded'), ...named(inState('at-risk'), 'at risk')];
  if (parts.length > 0) return `${[parts.join(', '), ...troubled].join('; ')}.`;
  if (services.length === 0) return 'No service is known yet.';
  const silent = inState('no-data');
  const awaited = silent.filter(({ newestAt }) => newestAt === undefined).length;
  if (awaited === services.length) return `Waiting for the first samples of ${plural(awaited, 'service')}.`;
  const short = [
    ...troubled,
    ...say(inState('learning').length, 'service is still being learned', 'services are still being learned'),
    ...say(awaited, 'service has sent nothing yet', 'services have sent nothing yet'),
    ...say(silent.length - awaited, 'service sends nothing', 'services send nothing'),
  ];
  if (short.length > 0) return `Nothing needs you; ${short.join('; ')}.`;
  return 'Nothing needs you. All services are inside their budgets.';
}
