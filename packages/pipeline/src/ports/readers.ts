import type {
  Anomaly,
  Approval,
  ChangeEvent,
  ConfigDocument,
  ConfigKind,
  Evidence,
  Forecast,
  Incident,
  LogRecord,
  Narrative,
  Plan,
  PolicyDecision,
  Run,
  Step,
} from '@autoops/contracts';

/** Where a job belongs: the only look-up without a workspace (loop.md "Sign-in and roles"). */
export interface Router {
  routeTo(kind: 'incident' | 'step' | 'shard' | 'delivery', id: string): Promise<string | undefined>;
}

/** Loads rows for the stages, always inside one workspace. */
export interface RecordReader {
  incident(workspaceId: string, id: string): Promise<Incident | undefined>;
  openIncidents(workspaceId: string): Promise<readonly Incident[]>;
  /** Closed incidents that an open anomaly still belongs to, and all that closed since then, each with all of its anomalies. */
  closedIncidents(
    workspaceId: string,
    closedSince?: Date,
  ): Promise<readonly { readonly incident: Incident; readonly anomalies: readonly Anomaly[] }[]>;
  anomalies(workspaceId: string, incidentId: string): Promise<readonly Anomaly[]>;
  openAnomalies(workspaceId: string): Promise<readonly Anomaly[]>;
  latestForecast(workspaceId: string, incidentId: string): Promise<Forecast | undefined>;
  /** All forecasts of an incident, oldest first. */
  forecastsOf(workspaceId: string, incidentId: string): Promise<readonly Forecast[]>;
  plan(workspaceId: string, id: string): Promise<Plan | undefined>;
  plansOf(workspaceId: string, incidentId: string): Promise<readonly Plan[]>;
  approval(workspaceId: string, id: string): Promise<Approval | undefined>;
  approvalOfPlan(workspaceId: string, planId: string): Promise<Approval | undefined>;
  run(workspaceId: string, id: string): Promise<Run | undefined>;
  runsOf(workspaceId: string, incidentId: string): Promise<readonly Run[]>;
  step(workspaceId: string, id: string): Promise<Step | undefined>;
  decisions(workspaceId: string, planId: string): Promise<readonly PolicyDecision[]>;
  evidence(workspaceId: string, incidentId: string): Promise<readonly Evidence[]>;
  narrative(workspaceId: string, incidentId: string): Promise<Narrative | undefined>;
  changes(
    workspaceId: string,
    query: { readonly environment: string; readonly from: Date; readonly to: Date },
  ): Promise<readonly ChangeEvent[]>;
  logs(
    workspaceId: string,
    query: {
      readonly environment: string;
      readonly service?: string;
      readonly from: Date;
      readonly to: Date;
      readonly limit: number;
    },
  ): Promise<readonly LogRecord[]>;
  /** Inputs stored with a decision, for replay; a narrative's are found by its incident's id. */
  inputsOf(workspaceId: string, kind: 'forecast' | 'plan' | 'anomaly' | 'narrative', id: string): Promise<unknown>;
}

/** Track records that the Planner ranks by and the Forecaster shows. */
export interface HistoryReader {
  runbookRecord(
    workspaceId: string,
    runbook: string,
    service: string,
    environment: string,
  ): Promise<{
    readonly n: number;
    readonly succeeded: number;
    readonly lastRunAt: Date | undefined;
    readonly attemptsInWindow: number;
  }>;
  /** The first budget forecast of each closed incident of this service that nobody treated, with what the incident showed. */
  untreatedForecasts(
    workspaceId: string,
    service: string,
  ): Promise<
    readonly {
      readonly issuedAt: string;
      readonly low: number | null;
      readonly high: number | null;
      readonly exhausted: number | null;
      readonly lasted: number;
    }[]
  >;
  /** Durations in seconds of incidents of this service and kind that closed without an action. */
  untreatedDurations(workspaceId: string, service: string, kind: string): Promise<readonly number[]>;
  runDurations(workspaceId: string, planTitle: string): Promise<readonly number[]>;
  breaker(
    workspaceId: string,
    runbook: string,
    targetKind: string,
    environment: string,
    targetKey: string,
  ): Promise<'closed' | 'open' | 'half-open'>;
  actionsInFlight(
    workspaceId: string,
    environment: string,
  ): Promise<readonly { readonly service: string; readonly targetKey: string; readonly rollback: boolean }[]>;
  targetsTouchedSince(workspaceId: string, environment: string, since: Date): Promise<readonly string[]>;
}

/** An indicator's points, newest last. Times in ms since the epoch; NaN is a gap. */
export interface IndicatorWindow {
  readonly service: string;
  readonly environment: string;
  readonly indicator: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly source: string;
  readonly view: 'service' | 'client' | 'balancer' | 'raw';
  readonly intervalMs: number;
  readonly timestampMs: readonly number[];
  readonly value: readonly number[];
  readonly expected: readonly number[];
  readonly bandLow: readonly number[];
  readonly bandHigh: readonly number[];
}

/** Reads computed indicators: what SLIs, prechecks, waits, verification and evidence stand on. */
export interface IndicatorReader {
  window(
    workspaceId: string,
    query: {
      readonly environment: string;
      readonly service?: string;
      readonly indicator?: string;
      readonly from: Date;
      readonly to: Date;
    },
  ): Promise<readonly IndicatorWindow[]>;
}

/** Configuration documents in force, already validated. */
export interface ConfigReader {
  current(workspaceId: string, kind: ConfigKind): Promise<readonly ConfigDocument[]>;
}
