import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortId, subjectText, valueText } from '@autoops/charts';
import { duration, leadingAnomaly, percent } from '@autoops/pipeline';
import {
  Forecast,
  IncidentResource,
  IncidentRow,
  Narrative,
  page,
  Plan,
  ServiceResource,
  type Run,
} from '@autoops/contracts';
import { verifyBundle } from '@autoops/reports';
import { z } from 'zod';
import type { Client } from '../api/client.ts';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { approve, evaluatePlan, executePlan, waitForRun } from '../api/operations.ts';
import { print, say } from '../output/print.ts';

export interface WalkOptions {
  readonly operator: Client;
  readonly approver: Client;
  readonly environment: 'staging' | 'prod';
  readonly outDirectory: string;
}

const POLL_MS = 200;
const NarrativeAnswer = z.union([Narrative, z.object({ narrative: Narrative })]);

/** Asks again and again until there is an answer; exit code 124 with what was awaited when it takes too long. */
async function until<T>(what: string, limitMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline)
      throw new CommandError(`No ${what} within ${Math.round(limitMs / 1000)} s.`, EXIT.timeout);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const indicatorOf = (service: ServiceResource | undefined, name: string) =>
  service?.indicators.find((item) => item.indicator === name);

async function services(client: Client, environment: string): Promise<readonly ServiceResource[]> {
  return (await client.get(`/api/v1/services?environment=${environment}`, page(ServiceResource))).items;
}

const WALKED = ['storefront', 'checkout', 'orders'];

/** Whether every service that the walk is about has a baseline. */
function isLearned(list: readonly ServiceResource[]): boolean {
  return WALKED.every((name) =>
    list.some((service) => service.service === name && service.state !== 'learning' && service.state !== 'no-data'),
  );
}

/** Waits for a learned baseline, heals the shop and waits until its clients have seen no trouble for ten seconds. */
async function prepare({ operator, environment }: WalkOptions): Promise<void> {
  say('Waiting until the baseline is learned ...');
  await until('learned baseline', 240_000, async () => {
    const list = await services(operator, environment);
    return isLearned(list) ? list : undefined;
  });
  await operator.call('POST', '/api/v1/demo/reset', z.unknown(), { body: { environment } });
  say('Reset; waiting until healthy for 10 s ...');
  let healthySince = performance.now();
  await until('healthy shop', 180_000, async () => {
    const checkout = (await services(operator, environment)).find((service) => service.service === 'checkout');
    const errors = indicatorOf(checkout, 'client_error_ratio')?.latest ?? 1;
    const ready = indicatorOf(checkout, 'ready_replicas')?.latest ?? 0;
    if (errors > 0.02 || ready < 4) healthySince = performance.now();
    return performance.now() - healthySince >= 10_000 ? true : undefined;
  });
}

function startClock(): (step: number, text: string) => void {
  const start = performance.now();
  return (step, text) => print(`${step}  ${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${text}`);
}

function forecastLine(forecast: Forecast): string {
  const { p10, p50, p90 } = forecast.exhaustionSeconds;
  if (p50 === null)
    return `error budget of ${forecast.service}: ${percent(forecast.budgetLeft)} left, it lasts beyond the horizon`;
  return `budget gone in ${duration(p50)}${p10 !== null && p90 !== null ? ` (${duration(p10)} to ${duration(p90)})` : ''}, ${percent(forecast.budgetLeft)} left`;
}

async function executeAndFollow(
  { operator, approver }: WalkOptions,
  plan: Plan,
  line: (step: number, text: string) => void,
): Promise<Run> {
  const answer = await executePlan(operator, plan);
  let runId = answer.run?.id;
  if (answer.kind === 'approval' && answer.approval) {
    line(6, `approval ${shortId(answer.approval.id)} needed: ${answer.approval.summary}`);
    await approve(approver, answer.approval.id, 'walk');
    line(6, 'approved by the second person');
    runId = await until(
      'run after the approval',
      30_000,
      async () => (await operator.get(`/api/v1/plans/${plan.id}`, Plan)).runId,
    );
  }
  if (runId === undefined) throw new CommandError('Execute answered neither a run nor an approval.', EXIT.error);
  let token = false;
  const applied = new Set<number>();
  return waitForRun(operator, runId, 180_000, (run) => {
    if (!token && run.rollbackToken) {
      token = true;
      line(
        6,
        `rollback token ${shortId(run.rollbackToken.id)}, valid for ${duration((Date.parse(run.rollbackToken.expiresAt) - Date.now()) / 1000)}`,
      );
    }
    for (const step of run.steps) {
      if (applied.has(step.index) || !['applied', 'verified'].includes(step.state)) continue;
      applied.add(step.index);
      line(6, `${step.title}: applied`);
    }
  });
}

/** Brief and bundle of one and the same incident version: read again when the incident moved on in between. */
async function exportsOf(
  operator: Client,
  incidentId: string,
  refresh: () => Promise<IncidentResource>,
): Promise<{ readonly brief: Uint8Array; readonly bundle: Uint8Array }> {
  return until('brief and bundle of one version', 60_000, async () => {
    const before = await refresh();
    const brief = await operator.bytes(`/api/v1/incidents/${incidentId}/brief.pdf`);
    const bundle = await operator.bytes(`/api/v1/incidents/${incidentId}/bundle.json`);
    return (await refresh()).version === before.version ? { brief, bundle } : undefined;
  });
}

/**
 * The eight steps of the walk on the noisy job, through the API alone: prints a line with its time for each, writes `brief.pdf` and
 * `bundle.json`, and returns 0 only when the outcome is verified.
 */
export async function walk(options: WalkOptions): Promise<number> {
  const { operator, environment, outDirectory } = options;
  await prepare(options);
  const before = new Set(
    (await operator.get(`/api/v1/incidents?environment=${environment}&limit=200`, page(IncidentRow))).items.map(
      (row) => row.id,
    ),
  );
  const calm = (await services(operator, environment)).find((service) => service.service === 'checkout');
  await operator.call('POST', '/api/v1/demo/break', z.unknown(), {
    body: { fault: 'noisy-job', environment, rising: true },
  });
  const line = startClock();
  const slo = calm?.slos[0];
  line(
    1,
    `checkout in ${environment}: ${slo ? `${percent(slo.budgetLeft)} of the error budget left, ` : ''}healthy; the job reindex goes noisy now`,
  );

  const incident = await until('incident', 60_000, async () => {
    const rows = (await operator.get(`/api/v1/incidents?environment=${environment}&limit=50`, page(IncidentRow))).items;
    const fresh = rows.find((row) => !before.has(row.id));
    return fresh && operator.get(`/api/v1/incidents/${fresh.id}`, IncidentResource);
  });
  const anomaly = leadingAnomaly(incident.anomalies);
  line(
    2,
    `${incident.name}: ${anomaly ? `${subjectText(anomaly.service, anomaly.indicator)} ${valueText(anomaly.observed, anomaly.unit)}, expected up to ${valueText(anomaly.bandHigh, anomaly.unit)}, score ${anomaly.score.toFixed(2)}` : incident.title}`,
  );
  const refresh = (): Promise<IncidentResource> => operator.get(`/api/v1/incidents/${incident.id}`, IncidentResource);
  // The first forecast is made at the first symptom; the one that counts is made again while the plan is prepared.
  const forecast = await until('forecast', 40_000, async () => {
    const current = await refresh();
    return current.planId !== undefined || current.forecast?.exhaustionSeconds.p50 !== null
      ? current.forecast
      : undefined;
  });
  line(3, forecastLine(forecast));
  const planId = await until('plan', 60_000, async () => {
    const current = await refresh();
    if (current.state === 'closed')
      throw new CommandError(`${current.name} closed without a plan: ${current.outcome}.`, EXIT.runFailed);
    return current.planId;
  });
  const plan = await until('verdict', 30_000, async () => {
    const found = await operator.get(`/api/v1/plans/${planId}`, Plan);
    return found.state === 'draft' ? undefined : found;
  });
  line(
    4,
    `${plan.title}; ${plan.prechecks.filter((check) => check.passed).length} of ${plan.prechecks.length} prechecks pass`,
  );
  const evaluation = await evaluatePlan(operator, plan.id);
  for (const column of evaluation.environments) {
    const { effect, ruleIds } = column.verdict;
    // Where nothing objects, every rule has decided: their names say no more than their number.
    const decided = effect === 'allow' ? `all ${ruleIds.length} rules agree` : ruleIds.join(', ');
    line(5, `${column.environment}: ${effect} (${decided})`);
  }
  const run = await executeAndFollow(options, plan, line);
  line(6, `run ${run.state}; verification: ${run.verification.verdict ?? run.verification.state}`);

  const narrative = await until('narrative', 60_000, async () => {
    const current = await refresh();
    if (current.state !== 'closed') return undefined;
    const answer = await operator
      .get(`/api/v1/incidents/${incident.id}/narrative`, NarrativeAnswer)
      .catch((error: unknown) => {
        if (error instanceof CommandError && error.exitCode === EXIT.notFound) return undefined;
        throw error;
      });
    const story = answer && ('narrative' in answer ? answer.narrative : answer);
    return story && story.sentences.length > 0 ? story : undefined;
  });
  line(7, narrative.sentences.find((sentence) => sentence.section === 'headline')?.text ?? 'narrative written');
  for (const sentence of narrative.sentences.filter((item) => item.section === 'value')) line(7, sentence.text);

  mkdirSync(outDirectory, { recursive: true });
  const { brief, bundle } = await exportsOf(operator, incident.id, refresh);
  writeFileSync(join(outDirectory, 'brief.pdf'), brief);
  writeFileSync(join(outDirectory, 'bundle.json'), bundle);
  const verdict = verifyBundle(Buffer.from(bundle).toString('utf8'), { brief });
  line(
    8,
    `brief.pdf (${Math.round(brief.length / 1024)} kB) and bundle.json (${Math.round(bundle.length / 1024)} kB) in ${outDirectory}; ${verdict.ok ? 'the bundle verifies' : `first bad item ${verdict.firstBad}`}`,
  );
  const outcome = (await refresh()).outcome;
  print(`Outcome: ${outcome ?? 'open'}`);
  return outcome === 'verified' && verdict.ok ? EXIT.ok : EXIT.verifyFailed;
}
