/**
 * Measures the shop on real processes:
 *   node dist/measure.js noisy [--runs N] [--seconds N] [--data-dir DIR]   the noisy job: nothing, all three actions, each left out
 *   node dist/measure.js faults [--only FAULT] [--seconds N]               every other fault, untreated
 *   node dist/measure.js treated [--only FAULT] [--seconds N]              every other fault with what heals it
 *   node dist/measure.js idle [--seconds N]                                processor time and latency of both environments, healthy
 * Prints tables of the clients' error share (%), each line over the last 3 s before its time.
 */
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GOOD_RELEASE } from './constants.ts';
import { FAULTS, type Fault } from './faults.ts';
import { quantile, SandboxClient, total, type Sample } from './sandbox-client.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';

const ENVIRONMENT = 'staging';
const STEP_S = 5;
/** Each line shows the last 3 s before its time: about 150 operations. */
const WINDOW_S = 3;
type Treatment = { readonly name: string; readonly scale: boolean; readonly throttle: boolean; readonly park: boolean };
const TREATMENTS: readonly Treatment[] = [
  { name: 'nothing', scale: false, throttle: false, park: false },
  { name: 'all three', scale: true, throttle: true, park: true },
  { name: 'no scale', scale: false, throttle: true, park: true },
  { name: 'no throttle', scale: true, throttle: false, park: true },
  { name: 'no park', scale: true, throttle: true, park: false },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '90' },
    only: { type: 'string' },
    'data-dir': { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const print = (text: string) => process.stdout.write(`${text}\n`);

/** The clients' failed share of operations between two scrapes, in percent. */
function errorPercent(earlier: readonly Sample[], later: readonly Sample[]): number {
  const added = (match: Record<string, string>) =>
    total(later, 'shop_client_operations_total', match) - total(earlier, 'shop_client_operations_total', match);
  return (100 * added({ service: 'storefront', outcome: 'failed' })) / Math.max(1, added({ service: 'storefront' }));
}

/** Resets and waits until the clients saw no error for 5 s. */
async function heal(client: SandboxClient): Promise<void> {
  await client.send('POST', '/v1/reset', { environment: ENVIRONMENT });
  for (let tries = 0; tries < 12; tries += 1) {
    const before = await client.scrape(ENVIRONMENT);
    await sleep(5000);
    const after = await client.scrape(ENVIRONMENT);
    if (errorPercent(before, after) === 0 && total(after, 'shop_queue_oldest_age_seconds') < 2) return;
  }
  print('warning: not healthy a minute after a reset');
}

/** Breaks the environment and returns one line of figures per 5 s. */
async function observe(
  client: SandboxClient,
  fault: Fault,
  treat?: (sinceS: number) => Promise<void>,
): Promise<string[]> {
  await client.send('POST', '/v1/load/phase', { environment: ENVIRONMENT, phase: 'rising' });
  await client.send('POST', '/v1/faults', { fault, environment: ENVIRONMENT });
  const startedAt = performance.now();
  const lines: string[] = [];
  for (let at = STEP_S; at <= seconds; at += STEP_S) {
    await Promise.all([sleep(Math.max(0, startedAt + (at - WINDOW_S) * 1000 - performance.now())), treat?.(at)]);
    const before = await client.scrape(ENVIRONMENT);
    await sleep(Math.max(0, startedAt + at * 1000 - performance.now()));
    const after = await client.scrape(ENVIRONMENT);
    const attempts = (match: Record<string, string>) =>
      total(after, 'shop_attempts_total', { service: 'checkout', ...match }) -
      total(before, 'shop_attempts_total', { service: 'checkout', ...match });
    const confirmed = (outcome: string) =>
      total(after, 'shop_orders_confirmed_total', { outcome }) -
      total(before, 'shop_orders_confirmed_total', { outcome });
    const cell = (value: number, digits = 1) => value.toFixed(digits).padStart(7);
    lines.push(
      [
        cell(at, 0),
        cell(errorPercent(before, after)),
        cell(quantile(before, after, 'shop_client_operation_duration_seconds', { service: 'checkout' }, 0.95), 2),
        cell((100 * (attempts({ code: '503' }) + attempts({ code: '504' }))) / Math.max(1, attempts({})), 0),
        cell(attempts({ code: '504' }), 0),
        cell(total(after, 'shop_queue_oldest_age_seconds')),
        cell(total(after, 'shop_database_connections', { holder: 'checkout' }), 0),
        cell(total(after, 'shop_database_connections', { holder: 'reindex' }), 0),
        cell(total(after, 'shop_slots_busy')),
        cell(
          Math.max(...after.filter(({ metric }) => metric === 'shop_memory_bytes').map(({ value }) => value / 2 ** 20)),
          0,
        ),
        cell((100 * confirmed('on-time')) / Math.max(1, confirmed('on-time') + confirmed('late')), 0),
      ].join(' '),
    );
  }
  return lines;
}
const HEADING = '  t (s)  errors  p95 (s) att.err% 504s   qage  dbchk  dbidx   busy maxMiB  conf%';

async function noisy(client: SandboxClient): Promise<void> {
  for (let run = 1; run <= Number(values.runs); run += 1) {
    for (const treatment of TREATMENTS.filter(({ name }) => values.only === undefined || values.only === name)) {
      await heal(client);
      const lines = await observe(client, 'noisy-job', async (at) => {
        if (at !== 25 + STEP_S) return; // called at the start of the step that ends at this time
        if (treatment.throttle)
          await client.act(ENVIRONMENT, 'throttle-job', { job: 'reindex', percent: 10, ttlSeconds: 600 });
        if (treatment.scale) await client.act(ENVIRONMENT, 'scale', { service: 'checkout', replicas: 6 });
        if (treatment.park) {
          void sleep(6000)
            .then(() => client.act(ENVIRONMENT, 'park', { queue: 'orders', max: 50 }))
            .then(({ body }) => print(`parked ${String(body.after['parked'])}`));
        }
      });
      print(`\nnoisy job, ${treatment.name}, run ${run}\n${HEADING}\n${lines.join('\n')}`);
    }
  }
}

async function faults(client: SandboxClient): Promise<void> {
  for (const fault of FAULTS.filter((name) =>
    values.only === undefined ? name !== 'noisy-job' : name === values.only,
  )) {
    await heal(client);
    print(`\n${fault}, untreated\n${HEADING}\n${(await observe(client, fault)).join('\n')}`);
  }
}

type Step = readonly [atS: number, kind: string, args: Record<string, unknown>];
const park: Step = [25, 'park', { queue: 'orders', max: 50 }];
const undo: Step = [20, 'rollback-version', { service: 'checkout', version: GOOD_RELEASE }];
/** What heals each fault, and when it is done; times are multiples of the step. */
const REMEDIES: Readonly<Record<Exclude<Fault, 'noisy-job'>, readonly Step[]>> = {
  'poison-message': [park],
  'bad-release': [undo],
  'slow-dependency': [[25, 'shed', { service: 'storefront', what: 'retries', percent: 100, ttlSeconds: 120 }]],
  'memory-leak': [[40, 'restart', { service: 'checkout' }]],
  'crashed-replica': [[10, 'replace', { service: 'checkout', replica: 'checkout-2' }], park],
  'traffic-surge': [[10, 'scale', { service: 'checkout', replicas: 6 }]],
  'lying-health-check': [[15, 'eject', { service: 'checkout', replica: 'checkout-3' }]],
  'two-at-once': [undo, park],
};

async function treated(client: SandboxClient): Promise<void> {
  for (const [fault, steps] of Object.entries(REMEDIES) as [Exclude<Fault, 'noisy-job'>, readonly Step[]][]) {
    if (values.only !== undefined && values.only !== fault) continue;
    await heal(client);
    const lines = await observe(client, fault, async (at) => {
      for (const [atS, kind, args] of steps) {
        if (at !== atS + STEP_S) continue;
        const startedAt = performance.now();
        const { status } = await client.act(ENVIRONMENT, kind, args);
        print(`${fault}: ${kind} at ${atS} s answered ${status} after ${Math.round(performance.now() - startedAt)} ms`);
      }
    });
    print(`\n${fault}, treated\n${HEADING}\n${lines.join('\n')}`);
  }
}

/** Processor time used so far by this process's shop and by PostgreSQL, in seconds. */
function processorSeconds(sandbox: Sandbox): { node: number; postgres: number } {
  const ofPid = (pid: number | string) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return {
      own: (Number(fields[11]) + Number(fields[12])) / 100,
      children: (Number(fields[13]) + Number(fields[14])) / 100,
    };
  };
  const node = [process.pid, ...sandbox.pids].reduce((sum, pid) => sum + ofPid(pid).own, 0);
  return { node, postgres: postgresSeconds(sandbox.databasePid, ofPid) };
}

/** The server's own time, its ended backends' (as its waited-for children) and its living backends'. */
function postgresSeconds(pid: number, ofPid: (pid: number | string) => { own: number; children: number }): number {
  const backends = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const server = ofPid(pid);
  return backends.reduce((sum, backend) => sum + ofPid(backend).own, server.own + server.children);
}

async function idle(sandbox: Sandbox, client: SandboxClient): Promise<void> {
  print('warming up for 30 s: the first half minute costs up to twice as much');
  await sleep(30_000);
  const before = await client.scrape(ENVIRONMENT);
  const start = processorSeconds(sandbox);
  const startedAt = performance.now();
  const scraping = setInterval(() => void Promise.all([client.scrape('staging'), client.scrape('prod')]), 1000);
  await sleep(seconds * 1000);
  clearInterval(scraping);
  const elapsed = (performance.now() - startedAt) / 1000;
  const end = processorSeconds(sandbox);
  const after = await client.scrape(ENVIRONMENT);
  const p = (share: number) =>
    quantile(before, after, 'shop_client_operation_duration_seconds', { service: 'checkout' }, share).toFixed(2);
  print(
    `Node ${((100 * (end.node - start.node)) / elapsed).toFixed(1)} %, PostgreSQL ${((100 * (end.postgres - start.postgres)) / elapsed).toFixed(1)} % of one core (scraped every second, the scraper included)`,
  );
  print(
    `checkout p50 ${p(0.5)} s, p95 ${p(0.95)} s; errors ${errorPercent(before, after).toFixed(2)} %; late starts ${total(after, 'shop_load_late_starts_total')}; processes ${sandbox.processes}`,
  );
}

const dataDir = values['data-dir'] ?? mkdtempSync(join(tmpdir(), 'sandbox-measure-'));
const mode = positionals[0] ?? 'noisy';
const sandbox = await startSandbox({ dataDir, ...(mode !== 'idle' && { environments: [ENVIRONMENT] }) });
const client = new SandboxClient(sandbox.controlUrl, sandbox.controlToken);
try {
  if (mode !== 'idle') await sleep(15_000); // the code warms up
  if (mode === 'noisy') await noisy(client);
  else if (mode === 'faults') await faults(client);
  else if (mode === 'treated') await treated(client);
  else await idle(sandbox, client);
} finally {
  await sandbox.stop();
  if (values['data-dir'] === undefined) rmSync(dataDir, { recursive: true, force: true });
}
