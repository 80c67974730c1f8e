import {
  Anomaly,
  Approval,
  AuditEntry,
  consideredIn,
  Evidence,
  Forecast,
  IncidentResource,
  IncidentValue,
  Plan,
  PolicyDecision,
  RateCard,
  Run,
  TimelineEntry,
} from '@autoops/contracts';
import { leafHash } from '@autoops/digest';
import { evidenceOwed, narrate, type IncidentStory, type ObservedSli } from '@autoops/pipeline';
import { bundleDigests, bundleDocument, curvesOf, type BriefInput, type BundleDocument } from '@autoops/reports';
import { z } from 'zod';

/** What a bundle of the product holds of the record that it was made of. */
const Recorded = z.object({
  generator: z.object({ name: z.string(), version: z.string() }),
  incident: IncidentResource,
  anomalies: z.array(Anomaly),
  forecasts: z.array(Forecast),
  plans: z.array(Plan),
  policyDecisions: z.array(PolicyDecision),
  approvals: z.array(Approval),
  runs: z.array(Run),
  timeline: z.array(TimelineEntry),
  value: IncidentValue,
  evidence: z.array(Evidence),
  audit: z.object({ entries: z.array(z.object({ seq: z.number(), text: z.string() })) }),
});
const Priced = RateCard.extend({ digest: z.string() });

/** An incident as it was recorded, told again by the explainer of today: what its brief is made of, and the document of its bundle. */
export interface ToldAgain {
  readonly input: BriefInput;
  readonly document: BundleDocument;
}

/** Tells the incident of a stored bundle again; evidence and narrative are made anew, everything else is as recorded. */
export function toldAgain(bundle: string): ToldAgain {
  const recorded = Recorded.parse(JSON.parse(bundle));
  const { incident, plans, runs, approvals, value } = recorded;
  const newest = (kind: Evidence['kind']): unknown => recorded.evidence.findLast((item) => item.kind === kind)?.data;
  const plan = plans.at(-1);
  const own = recorded.policyDecisions.filter(
    ({ planHash, phase }) => planHash === plan?.hash && phase !== 'candidate' && phase !== 'what-if',
  );
  const rateCard = newest('rate-card');
  const story: IncidentStory = {
    incident,
    anomalies: recorded.anomalies,
    forecast: incident.forecast,
    plan,
    decision: own.findLast(({ phase, verdict }) => phase !== 'dispatch' || verdict.effect === 'deny') ?? own.at(-1),
    approval: approvals.findLast(({ planId }) => planId === plan?.id),
    run: runs.findLast(({ planId }) => planId === plan?.id),
    value,
    observed: newest('series') as ObservedSli | undefined,
    rateCard: rateCard === undefined ? undefined : Priced.parse(rateCard),
    now: new Date(value.computedAt),
  };
  const evidence = evidenceOwed(story, []).map((item, index) => ({ ...item, id: `E${index + 1}` }));
  const bundleInput = {
    ...recorded,
    decisions: recorded.policyDecisions,
    narrative: narrate(story, evidence),
    evidence,
    timeline: recorded.timeline.map((entry) => ({ ...entry, ...considered(recorded.audit.entries, entry.seq) })),
    audit: auditOf(recorded.audit.entries),
  };
  const document = bundleDocument(bundleInput);
  const curves = curvesOf(bundleInput) ?? { sli: [], budget: [] };
  return {
    document,
    input: {
      ...bundleInput,
      ...curves,
      documentSha256: bundleDigests(document).document,
      bundleUrl: `https://autoops.example/api/v1/incidents/${incident.name}/bundle.json`,
    },
  };
}

/** What an entry of the log tells a timeline of today. */
function considered(entries: z.infer<typeof Recorded>['audit']['entries'], seq: number): Partial<TimelineEntry> {
  const text = entries.find((entry) => entry.seq === seq)?.text;
  if (text === undefined) return {};
  const found = consideredIn(AuditEntry.pick({ subject: true, detail: true }).parse(JSON.parse(text)));
  return found === undefined ? {} : { considered: found };
}

/** A log that holds these entries at their places, and nothing known at the others. */
function auditOf(entries: readonly { readonly seq: number; readonly text: string }[]) {
  const encoder = new TextEncoder();
  const leaves = Array.from({ length: entries.at(-1)?.seq ?? 0 }, () => leafHash(encoder.encode('')));
  for (const { seq, text } of entries) leaves[seq - 1] = leafHash(encoder.encode(text));
  return { entries, leaves };
}
