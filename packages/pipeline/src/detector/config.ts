import type { Anomaly, ChangeEvent, Incident, SourceConfig, Topology } from '@autoops/contracts';
import type { ClosedIncident } from '../incident/reopen.ts';
import type { IndicatorDefinition } from '../indicators/definition.ts';

/** What the detector needs beside the shard's samples. Everything is read before the work; nothing is fetched in it. */
export interface DetectorConfig {
  readonly indicators: readonly IndicatorDefinition[];
  readonly sources: readonly SourceConfig[];
  readonly topology: Topology;
  /** All open anomalies of the workspace, of other shards too. */
  readonly openAnomalies: readonly Anomaly[];
  readonly openIncidents: readonly Incident[];
  /** Closed incidents that an open anomaly still belongs to (loop.md "States"), or that an alert heard late may belong to. */
  readonly closedIncidents: readonly ClosedIncident[];
  /** Change events of the last 10 minutes. */
  readonly recentChanges: readonly ChangeEvent[];
  readonly now: Date;
  readonly traceparent?: string | undefined;
  readonly demo?: boolean | undefined;
}
