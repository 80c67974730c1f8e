import type {
  Anomaly,
  Approval,
  Evidence,
  Forecast,
  IncidentResource,
  IncidentValue,
  Narrative,
  Plan,
  PolicyDecision,
  Run,
  TimelineEntry,
} from '@autoops/contracts';

/** An incident's own audit entries as the exact bytes that were hashed, and the leaf hashes of the log up to the last of them. */
export interface AuditExport {
  readonly entries: readonly { readonly seq: number; readonly text: string }[];
  readonly leaves: readonly string[];
}

/** Everything that is stored of an incident: what exports and replay are made from. */
export interface StoredRecord {
  readonly incident: IncidentResource;
  readonly anomalies: readonly Anomaly[];
  readonly forecasts: readonly Forecast[];
  readonly plans: readonly Plan[];
  readonly decisions: readonly PolicyDecision[];
  readonly approvals: readonly Approval[];
  readonly runs: readonly Run[];
  readonly timeline: readonly TimelineEntry[];
  readonly narrative: Narrative | undefined;
  readonly value: IncidentValue | undefined;
  readonly evidence: readonly Evidence[];
  readonly audit: AuditExport;
}
