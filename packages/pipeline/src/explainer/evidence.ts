import { changesOf } from '@autoops/charts';
import type { Evidence, JsonObject, Run } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import { atTheEnd, endOf, hardlyObserved, observedTime, openSeconds } from './lead.ts';
import type { ObservedSli } from './observed-sli.ts';
import { asTold, type IncidentStory } from './story.ts';
import { clockTime, subjectOf } from './words.ts';
import { APPROVAL_WORDS, VERDICT_WORDS, verificationWords } from './verdict-words.ts';

type OwedEvidence = Omit<Evidence, 'id'>;

/** JSON as it will be stored: without `undefined` members, so that the digest holds after a round trip. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

/** Where each kind of evidence is found; also the key by which a sentence looks its evidence up. */
export const evidenceUri = {
  anomaly: (id: string): string => `/api/v1/anomalies/${id}`,
  change: (eventId: string): string => `/api/v1/events#${eventId}`,
  forecast: (id: string): string => `/api/v1/forecasts/${id}`,
  plan: (id: string): string => `/api/v1/plans/${id}`,
  decision: (id: string): string => `/api/v1/policies#decision-${id}`,
  approval: (id: string): string => `/api/v1/approvals/${id}`,
  step: (runId: string, index: number): string => `/api/v1/runs/${runId}#step-${index}`,
  verification: (runId: string): string => `/api/v1/runs/${runId}#verification`,
  rateCard: (name: string): string => `/api/v1/rate-cards/${name}`,
  series: (incidentId: string): string => `/api/v1/incidents/${incidentId}#sli`,
  value: (incidentId: string): string => `/api/v1/incidents/${incidentId}#value`,
} as const;

function evidence(
  story: IncidentStory,
  kind: Evidence['kind'],
  title: string,
  uri: string,
  data: object,
): OwedEvidence {
  const body = plain(data);
  return {
    incidentId: story.incident.id,
    kind,
    title,
    uri,
    sha256: digestOf(body),
    capturedAt: story.now.toISOString(),
    data: body,
  };
}

/** The objective as people call it: `"Checkouts succeed"`; by its name where that is all that is known. */
function objectiveText(slo: string, observed: ObservedSli | undefined): string {
  return observed?.slo === slo && observed.title !== undefined ? `"${observed.title}"` : slo;
}

/** Good samples of the verification's window, steps that took effect and those undone. */
export function countsOf(run: Run): {
  readonly good: number;
  readonly samples: number;
  readonly applied: number;
  readonly undone: number;
} {
  const samples = run.verification.samples.filter((sample) => sample.phase === 'window');
  return {
    good: samples.filter((sample) => sample.good).length,
    samples: samples.length,
    applied: run.steps.filter((step) => APPLIED.has(step.state)).length,
    undone: run.steps.filter((step) => step.state === 'compensated').length,
  };
}

/** States of a step that has taken effect, undone since or not. */
export const APPLIED: ReadonlySet<string> = new Set(['applied', 'verified', 'compensated', 'compensating']);

/** The evidence that the story stands on and that `existing` lacks or has in an older form, in a stable order. */
export function evidenceOwed(whole: IncidentStory, existing: readonly Evidence[]): readonly OwedEvidence[] {
  const story = asTold(whole);
  const { anomalies, forecast, plan, decision, approval, run, rateCard, value, observed } = story;
  const all: OwedEvidence[] = [
    ...anomalies.map((anomaly) =>
      evidence(
        story,
        'anomaly',
        `${subjectOf(anomaly)} left its band${anomaly.closedAt === undefined ? '' : ' and came back'}`,
        evidenceUri.anomaly(anomaly.id),
        anomaly,
      ),
    ),
    ...changesOf(story.incident.openedAt, anomalies).map((change) =>
      evidence(story, 'change', change.summary, evidenceUri.change(change.eventId), change),
    ),
    ...(forecast
      ? [
          evidence(
            story,
            'forecast',
            `Forecast of ${objectiveText(forecast.slo, observed)}, frozen at ${clockTime(forecast.frozenAt)}`,
            evidenceUri.forecast(forecast.id),
            forecast,
          ),
        ]
      : []),
    ...(plan
      ? [
          evidence(story, 'plan', plan.title, evidenceUri.plan(plan.id), {
            id: plan.id,
            version: plan.version,
            hash: plan.hash,
            title: plan.title,
            steps: plan.steps.map((step) => step.title),
            rejected: plan.rejected,
          }),
        ]
      : []),
    ...(decision
      ? [
          evidence(story, 'policy', VERDICT_WORDS[decision.verdict.effect], evidenceUri.decision(decision.id), {
            id: decision.id,
            verdict: decision.verdict,
            bundleDigest: decision.bundleDigest,
            inputDigest: decision.inputDigest,
          }),
        ]
      : []),
    ...(approval
      ? [
          evidence(
            story,
            'approval',
            `Approval: ${APPROVAL_WORDS[approval.state]}`,
            evidenceUri.approval(approval.id),
            approval,
          ),
        ]
      : []),
    ...(run
      ? run.steps.map((step) =>
          evidence(story, 'step', step.title, evidenceUri.step(run.id, step.index), {
            id: step.id,
            title: step.title,
            state: step.state,
            opId: step.opId ?? null,
            before: step.before ?? null,
            after: step.after ?? null,
            startedAt: step.startedAt ?? null,
            finishedAt: step.finishedAt ?? null,
          }),
        )
      : []),
    ...(run
      ? [
          evidence(story, 'verification', `Verification: ${verificationWords(run)}`, evidenceUri.verification(run.id), {
            ...run.verification,
            counted: countsOf(run),
          }),
        ]
      : []),
    ...(rateCard
      ? [
          evidence(
            story,
            'rate-card',
            `Rate card ${rateCard.name} ${rateCard.version}`,
            evidenceUri.rateCard(rateCard.name),
            rateCard,
          ),
        ]
      : []),
    ...(observed
      ? [
          evidence(
            story,
            'series',
            `Events of ${objectiveText(observed.slo, observed)}, counted every ${observed.stepSeconds} s`,
            evidenceUri.series(story.incident.id),
            observed,
          ),
        ]
      : []),
    evidence(story, 'value', 'Value computation', evidenceUri.value(story.incident.id), {
      ...value,
      computedAt: story.incident.openedAt,
      openedAt: story.incident.openedAt,
      endedAt: endOf(story),
      openSeconds: openSeconds(story),
      badSeconds: Math.round(value.observed.badMinutes * 60),
      atTheEnd: atTheEnd(story),
      observedSeconds: observedTime(story).seconds,
      observedUntil: observedTime(story).until,
      hardlyObserved: hardlyObserved(story),
    }),
  ];
  const known = new Set(existing.map((item) => `${item.uri} ${item.sha256}`));
  return all.filter((item) => !known.has(`${item.uri} ${item.sha256}`));
}

/** Looks up the newest evidence of a URI; `undefined` means that a sentence may not cite it. */
export function citations(existing: readonly Pick<Evidence, 'uri' | 'id'>[]): (uri: string) => string | undefined {
  const latest = new Map(existing.map((item) => [item.uri, item.id]));
  return (uri) => latest.get(uri);
}
