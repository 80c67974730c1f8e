import type { Page, Principal, TimelineEntry } from '@autoops/contracts';
import type { RecordReader } from '@autoops/pipeline/ports';
import { foundWithin } from '../answers/call.ts';
import type { ReadModels } from '../read-models.ts';
import type { AuditExport, StoredRecord } from './stored-record.ts';

/** Where a record is read from. */
export interface RecordSources {
  readonly readModels: ReadModels;
  readonly records: RecordReader;
  auditExport(workspaceId: string, incidentId: string): Promise<AuditExport>;
}

/** Everything that is stored of an incident, as exports and replay take it. */
export async function recordOf(adapters: RecordSources, caller: Principal, idOrName: string): Promise<StoredRecord> {
  const { readModels, records } = adapters;
  const { workspaceId } = caller;
  const incident = foundWithin(caller, await readModels.incident(workspaceId, idOrName));
  const [anomalies, forecasts, plans, runs, evidence, narrative, decisions, audit, timeline] = await Promise.all([
    records.anomalies(workspaceId, incident.id),
    records.forecastsOf(workspaceId, incident.id),
    records.plansOf(workspaceId, incident.id),
    records.runsOf(workspaceId, incident.id),
    records.evidence(workspaceId, incident.id),
    records.narrative(workspaceId, incident.id),
    readModels.decisions(workspaceId, incident.id),
    adapters.auditExport(workspaceId, incident.id),
    everyPage<TimelineEntry>((cursor) => readModels.timeline(workspaceId, incident.id, { cursor, limit: 200 })),
  ]);
  const approvals = (await Promise.all(plans.map((plan) => records.approvalOfPlan(workspaceId, plan.id)))).filter(
    (approval) => approval !== undefined,
  );
  return {
    incident,
    anomalies,
    forecasts,
    plans,
    // What Evaluate asked decided nothing about the incident: views stand outside of its record.
    decisions: decisions.filter(({ phase }) => phase !== 'what-if'),
    approvals,
    runs,
    timeline: timeline.filter((entry) => !isExport(entry)),
    narrative,
    value: incident.value,
    evidence,
    audit,
  };
}

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
