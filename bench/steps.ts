import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Incident, Plan, PlanStep } from '@autoops/contracts';
import { freePort, startLocalPostgres } from '@autoops/local-postgres';
import { newRun } from '@autoops/pipeline';
import { openStore, prepareDatabase, type Store } from '@autoops/store';
import { part } from '../tests/programs.ts';
import { startRedis } from '../tests/redis-server.ts';
import type { Benchmark, Figure } from './figure.ts';
import { medianOf, percentile } from './figure.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const DIGEST = 'a'.repeat(64);
const STEPS = 10;
const PERSON = { kind: 'system', id: 'planner' } as const;

/** Rules that let everything run at once: what is measured is the machine, not its limits. */
const RULES = `apiVersion: autoops.dev/v1
kind: EnvironmentRules
environment: bench
title: Bench
replicaCap: { withoutApproval: 1000, absolute: 1000 }
approvals: { always: false, low: 0, medium: 0, high: 0, role: approver }
blastRadius: { unavailableRatio: 1, messages: 1000000, perServiceInFlight: 100000, perEnvironmentInFlight: 100000, targetsPerHour: 1000000, rollbackReservePerHour: 1000000 }
windows: []
freezes: []
irreversible: allow
classD: attended
autonomy: { default: auto, rules: [] }
toggles: { rules: {}, runbooks: {} }
`;

const RUNBOOK = `apiVersion: autoops.dev/v1
kind: Runbook
metadata: { name: set-level, version: 1, title: Set a level, summary: Calls the target once., owner: bench, author: autoops, reviewBy: 2027-05-01 }
spec:
  riskClass: low
  evidence: bench
  target: { kind: service, scope: incident }
  appliesWhen:
    all: []
    any: [{ kind: signal, id: fails, title: It fails, signal: { indicator: error_ratio, of: incident }, op: gt, value: 0 }]
  notWhen: []
  parameters: {}
  prechecks: []
  steps:
    - { id: set, title: Set, tool: http, action: set, args: {}, bind: {}, undo: { action: set, args: {} }, touches: job }
  verification:
    signals: [{ signal: { indicator: client_error_ratio, of: incident }, op: lte, bound: 0.02, source: clients, view: client }]
    settleSeconds: 60
    settleEndsEarly: true
    windowSeconds: 300
    minSamples: 5
    sampleSeconds: 3
  expectedEffect: { indicator: client_error_ratio, reductionRatio: 0.6, withinSeconds: 20 }
  limits: { objectsPerRun: 1000, objectsPerHour: 1000000, coolDownSeconds: 0, attempts: 4 }
`;

/** The first line a program prints. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`It ended with ${code} before it said where it is.`)));
  });
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(patience);
}

function planStep(index: number, target: string): PlanStep {
  return {
    index,
    id: `set-${index}`,
    runbook: { name: 'set-level', version: 1, digest: DIGEST },
    title: `Set ${target}`,
    tool: 'http',
    class: 'C',
    target: {
      key: `bench/http/${target}`,
      uid: target,
      kind: 'http',
      name: target,
      service: 'bench',
      environment: 'bench',
    },
    action: { kind: 'set', args: { target } },
    undo: { kind: 'set', args: { target } },
    irreversible: false,
    prechecks: [],
    canary: false,
    touches: { kind: 'job', count: 1, cap: 1, unavailable: 0 },
    before: {},
    after: {},
    evidence: 'bench',
  };
}

/** Stores an incident whose plan is being executed, with its run queued, as the API leaves it after an Execute. */
async function startRun(store: Store, workspaceId: string, lane: number, policyDigest: string): Promise<string> {
  const now = new Date();
  const at = now.toISOString();
  const [incidentId, planId] = [randomUUID(), randomUUID()];
  const plan: Plan = {
    id: planId,
    incidentId,
    version: 1,
    state: 'executed',
    hash: planId.replaceAll('-', '').repeat(2),
    environment: 'bench',
    service: 'bench',
    title: 'Set levels',
    requester: PERSON,
    author: 'autoops',
    createdAt: at,
    steps: Array.from({ length: STEPS }, (_, index) => planStep(index, `lane-${lane}-${index}`)),
    prechecks: [],
    verification: {
      signals: [
        {
          signal: { indicator: 'client_error_ratio', of: 'service', service: 'bench', labels: {} },
          op: 'lte',
          bound: 0.02,
          source: 'clients',
          view: 'client',
        },
      ],
      settleSeconds: 60,
      settleEndsEarly: true,
      windowSeconds: 300,
      minSamples: 5,
      sampleSeconds: 3,
    },
    expectedEffect: { indicator: 'client_error_ratio', text: '', withinSeconds: 20 },
    riskClass: 'low',
    reversible: true,
    trackRecord: { n: 0, succeeded: 0 },
    rejected: [],
    dryRun: {
      at,
      ok: true,
      steps: Array.from({ length: STEPS }, (_, index) => ({
        index,
        ok: true,
        before: {},
        after: {},
        undoProven: true,
        detail: '',
      })),
      digest: DIGEST,
    },
    policyDigest,
  };
  const incident: Omit<Incident, 'number'> = {
    id: incidentId,
    version: 0,
    state: 'executing',
    service: 'bench',
    environment: 'bench',
    kind: 'level',
    source: 'detector',
    severity: 'high',
    title: 'bench',
    openedAt: at,
    updatedAt: at,
    correlation: [],
    planVersion: 1,
    planId,
    demo: false,
  };
  const run = newRun({ plan, incident: { ...incident, number: 1 }, requester: PERSON }, now, {
    uuid: () => randomUUID(),
  });
  const first = run.steps[0];
  if (first === undefined) throw new RangeError('A run has steps.');
  const result = await store.state.commit({
    workspaceId,
    writes: [
      { kind: 'incident.insert', incident },
      { kind: 'plan.insert', plan: { ...plan, runId: run.id }, inputs: {} },
      { kind: 'run.insert', run },
    ],
    audit: [{ actor: PERSON, verb: 'run.start', subject: { kind: 'run', id: run.id }, incidentId, summary: 'bench' }],
    outbox: [{ queue: 'remediator', subjectId: first.id }],
  });
  if (!result.ok) throw new Error(result.detail);
  return run.id;
}

/** Runs a real worker on one queue and answers its figures. */
async function measure(queue: 'Postgres' | 'Redis', redisUrl: string | undefined, quick: boolean): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'autoops-bench-steps-'));
  chmodSync(home, 0o755);
  const lanes = quick ? 8 : 30;
  const [single, together] = quick ? [2, 1] : [6, 3];
  // A run holds its targets until it is verified: each gets targets that no other has.
  const allRuns = 1 + single + together * lanes;
  const postgres = await startLocalPostgres({
    dataDir: join(home, 'postgres'),
    databaseUser: 'autoops_admin',
    password: randomUUID(),
    settings: {},
  });
  const target = spawn(process.execPath, [fileURLToPath(new URL('http-target.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let worker: ChildProcess | undefined;
  let store: Store | undefined;
  try {
    const url = `http://127.0.0.1:${await firstLine(target)}/`;
    const { appUrl } = await prepareDatabase({ adminUrl: postgres.url('autoops') });
    for (const folder of ['policies/environments', 'runbooks', 'config'])
      mkdirSync(join(home, folder), { recursive: true });
    cpSync(join(root, 'policies/dist'), join(home, 'policies/dist'), { recursive: true });
    writeFileSync(join(home, 'policies/environments/bench.yaml'), RULES);
    writeFileSync(join(home, 'runbooks/set-level.yaml'), RUNBOOK);
    const targets = Array.from(
      { length: allRuns * STEPS },
      (_, place) => `lane-${Math.floor(place / STEPS)}-${place % STEPS}`,
    );
    writeFileSync(
      join(home, 'config/http-targets.json'),
      JSON.stringify(targets.map((name) => ({ name, environment: 'bench', service: 'bench', url, keyed: true }))),
    );
    const workerPort = await freePort();
    worker = spawn(process.execPath, [join(root, 'apps/worker/dist/main.js')], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: appUrl,
        ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
        AUTOOPS_DATA_DIR: home,
        AUTOOPS_CONFIG_DIR: join(home, 'config'),
        AUTOOPS_POLICY_DIR: join(home, 'policies'),
        AUTOOPS_RUNBOOK_DIR: join(home, 'runbooks'),
        AUTOOPS_DEMO: 'off',
        AUTOOPS_WORKER_PORT: String(workerPort),
        AUTOOPS_LOG_LEVEL: 'error',
        AUTOOPS_OUTBOUND_ALLOW: new URL(url).host,
      },
    });
    store = await openStore({ databaseUrl: appUrl, poolSize: 4 });
    const workspaceId = await store.access.workspaceByName('default');
    if (workspaceId === undefined) throw new Error('There is no workspace.');
    let newest: string | undefined;
    let lane = 0;
    const { done, failed } = watcher(url, worker, async () => {
      const run = newest === undefined ? undefined : await store?.records.run(workspaceId, newest);
      return JSON.stringify({ ...run, steps: run?.steps.slice(0, 2) });
    });
    await healthy(workerPort, failed);
    let total = 0;
    const measured = async (runs: number): Promise<number[]> => {
      const began = total;
      for (let started = 0; started < runs; started += 1, lane += 1)
        newest = await startRun(store as Store, workspaceId, lane, DIGEST);
      total += runs * STEPS;
      return (await done(total)).slice(began);
    };
    await measured(1); // compiles, connects
    const alone: number[] = [];
    for (let round = 0; round < single; round += 1) {
      const times = await measured(1);
      for (const [place, at] of times.entries()) if (place > 0) alone.push(at - (times[place - 1] ?? at));
    }
    const rates: number[] = [];
    for (let round = 0; round < together; round += 1) {
      const times = await measured(lanes);
      rates.push((times.length - 1) / ((Math.max(...times) - Math.min(...times)) / 1000));
    }
    const bare = await bareCalls(url);
    return [
      medianOf(`${queue} queue: steps, ${lanes} runs at once`, 'steps/s', rates, {
        ratio: { to: 'calling the target without a record', value: percentile(rates, 0.5) / (1000 / bare) },
      }),
      medianOf(`${queue} queue: one step of a run alone`, 'ms', alone, {
        ratio: { to: 'the bare call', value: percentile(alone, 0.5) / bare },
        note: `p99 ${Math.round(percentile(alone, 0.99))} ms`,
      }),
    ];
  } finally {
    if (worker !== undefined) await stopped(worker);
    await store?.close();
    await stopped(target);
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Looks at what the target did; a worker that ends takes the benchmark with it. */
function watcher(url: string, worker: ChildProcess, why: () => Promise<string>) {
  const failed = () => {
    if (worker.exitCode !== null) throw new Error(`The worker ended with ${worker.exitCode}.`);
  };
  const done = async (count: number): Promise<number[]> => {
    const deadline = performance.now() + 60_000;
    for (;;) {
      failed();
      const { times, repeated } = (await (await fetch(url)).json()) as { times: number[]; repeated: number };
      if (repeated > 0) throw new Error(`${repeated} effects were asked for twice.`);
      if (times.length >= count) return times;
      if (performance.now() > deadline)
        throw new Error(`${times.length} of ${count} steps were done within 60 s: ${await why()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { done, failed };
}

async function healthy(port: number, failed: () => void): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) {
    failed();
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The worker did not become ready within 30 s.');
}

/** Milliseconds of one call of the target, one after the other, with nothing written down. Its keys are its own: nothing is counted. */
async function bareCalls(url: string): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const start = performance.now();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ dryRun: true }),
    });
    await response.arrayBuffer();
    times.push(performance.now() - start);
  }
  return percentile(times, 0.5);
}

export const stepsBenchmark: Benchmark = {
  name: 'steps',
  about: `Durable remediation steps by a real worker on embedded PostgreSQL: each with its intent, policy asked again, locks, budget, dispatch to an http target that honours keys, outcome and audit; ${STEPS} steps a run, one after the other.`,
  run: async ({ quick }) => {
    const figures = await measure('Postgres', undefined, quick);
    if (part('redis-server') === undefined)
      return [
        ...figures,
        { name: 'Redis queue', value: Number.NaN, unit: '', note: 'redis-server is not installed: not measured' },
      ];
    const redis = await startRedis();
    try {
      return [...figures, ...(await measure('Redis', redis.url, quick))];
    } finally {
      await redis.stop();
    }
  },
};
