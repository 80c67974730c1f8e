import type { IncidentResource, Page, Principal, Redaction, TimelineEntry } from '@autoops/contracts';
import type { Adapters } from '../adapters.ts';
import { found } from '../answers/problem.ts';

/** Everything that is stored of an incident, as exports and replay take it. */
export async function recordOf(adapters: Adapters, caller: Principal, idOrName: string) {
  const { readModels, records } = adapters;
  const { workspaceId } = caller;
  const incident = found(await readModels.incident(workspaceId, idOrName));
  const [anomalies, plans, runs, evidence, narrative, decisions, audit, timeline] = await Promise.all([
    records.anomalies(workspaceId, incident.id),
    records.plansOf(workspaceId, incident.id),
    records.runsOf(workspaceId, incident.id),
    records.evidence(workspaceId, incident.id),
    records.narrative(workspaceId, incident.id),
    readModels.decisions(workspaceId, incident.id),
    adapters.auditExport(workspaceId, incident.id),
    everyPage<TimelineEntry>((cursor) => readModels.timeline(workspaceId, incident.id, { cursor, limit: 200 })),
  ]);
  const approvals = (await Promise.all(plans.map((plan) => records.approvalOfPlan(workspaceId, plan.id)))).filter((approval) => approval !== undefined);
  return {
    incident: incident satisfies IncidentResource,
    anomalies,
    forecasts: incident.forecast === undefined ? [] : [incident.forecast],
    plans,
    decisions,
    approvals,
    runs,
    timeline: timeline.filter((entry) => !isExport(entry)),
    narrative,
    value: incident.value,
    evidence,
    redactions: [] as readonly Redaction[],
    audit,
  };
}
export type StoredRecord = Awaited<ReturnType<typeof recordOf>>;

/** Exports and views stand outside of the bundle: they make no new version of the incident (loop.md "Bundle"). */
export function isExport(entry: Pick<TimelineEntry, 'text'> & { readonly verb?: string }): boolean {
  return entry.verb?.startsWith('export.') ?? / exported the (brief|bundle) of /.test(entry.text);
}

async function everyPage<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

