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
import { digestOf, inclusionProof, leafHash, merkleRoot } from '@autoops/digest';
import { redactionsOf } from './redactions.ts';

export const BUNDLE_API_VERSION = 'autoops.dev/bundle/v1';
export const BUNDLE_CONTENT_TYPE = 'application/vnd.autoops.bundle+json;version=1';

/** The whole record of one incident version, as the exports need it. All times come from the record. */
export interface BundleInput {
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
  /** The incident's own audit entries as stored, and the leaf hashes of the workspace's log up to the last of them. */
  readonly audit: {
    readonly entries: readonly { readonly seq: number; readonly text: string }[];
    readonly leaves: readonly string[];
  };
  readonly generator: { readonly name: string; readonly version: string };
}

/** JSON without `undefined` members, so that writing and reading it gives equal digests. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function auditSection(audit: BundleInput['audit']) {
  const encoder = new TextEncoder();
  const first = audit.entries[0];
  const last = audit.entries.at(-1);
  const leaves = audit.leaves.slice(0, last?.seq ?? 0);
  return {
    firstSeq: first?.seq ?? 0,
    lastSeq: last?.seq ?? 0,
    size: leaves.length,
    root: merkleRoot(leaves),
    headHash: leaves.at(-1) ?? merkleRoot([]),
    entries: audit.entries.map((entry) => ({
      seq: entry.seq,
      text: entry.text,
      hash: leafHash(encoder.encode(entry.text)),
      proof: inclusionProof(leaves, entry.seq - 1),
    })),
  };
}

/** The readable document of the bundle, without `attestation`. The same incident version gives the same document. */
export function bundleDocument(input: BundleInput) {
  const sections = {
    apiVersion: BUNDLE_API_VERSION,
    kind: 'IncidentBundle' as const,
    generator: input.generator,
    incident: input.incident,
    signals: input.anomalies.map((anomaly) => ({
      service: anomaly.service,
      environment: anomaly.environment,
      indicator: anomaly.indicator,
      source: anomaly.source,
      observed: anomaly.observed,
      unit: anomaly.unit,
      at: anomaly.lastAt,
    })),
    anomalies: input.anomalies,
    forecasts: input.forecasts,
    plans: input.plans,
    policyDecisions: input.decisions,
    approvals: input.approvals,
    runs: input.runs.map(({ rollbackToken, ...run }) =>
      rollbackToken ? { ...run, rollbackToken: { ...rollbackToken, token: undefined } } : run,
    ),
    rollback: input.runs.flatMap((run) =>
      run.steps
        .filter((step) => step.state === 'compensated')
        .map((step) => ({ runId: run.id, index: step.index, title: step.title, undoneAt: step.undoneAt })),
    ),
    timeline: input.timeline,
    narrative: input.narrative?.sentences ?? [],
    story: input.narrative ? { spine: input.narrative.spine, storyboard: input.narrative.storyboard } : undefined,
    controls: input.narrative?.controls ?? [],
    actions: input.narrative?.actions ?? [],
    lessons: input.narrative
      ? {
          wentWell: input.narrative.wentWell,
          wentWrong: input.narrative.wentWrong,
          gotLucky: input.narrative.gotLucky,
        }
      : undefined,
    value: input.value,
    evidence: input.evidence,
    audit: auditSection(input.audit),
  };
  const { audit, ...others } = plain(sections);
  return { ...others, redactions: redactionsOf({ ...others, audit }), audit };
}
export type BundleDocument = ReturnType<typeof bundleDocument>;

/** Digest of the document without `attestation` (the one printed in the brief), and of each section. */
export function bundleDigests(document: object): {
  readonly document: string;
  readonly sections: Readonly<Record<string, string>>;
} {
  const sections = Object.fromEntries(
    Object.entries(document).filter(([name, value]) => name !== 'attestation' && value !== undefined),
  );
  return {
    document: digestOf(sections),
    sections: Object.fromEntries(Object.entries(sections).map(([name, value]) => [name, digestOf(value)])),
  };
}
