// What `npm test` runs once everything is built: unit and database tests in parallel, then the lanes that need a whole product.
// Arguments go on to Vitest: `npm test -- packages/store`, `npm test -- -t 'a name'`; `--coverage` measures the first group.
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './bootstrap/root.mjs';
import { startProduct, TEST_PRODUCT_VARIABLE } from '../tests/product.ts';
import { summary } from '../tests/reporter.ts';

/** The groups run one after the other, the lanes of a group side by side: two at most, of tests that mostly wait. */
const groups = [
  [
    {
      projects: ['unit', 'web'],
      files: ['{packages,apps}/*/src/**/*.test.{ts,tsx}', 'tests/*.test.ts'],
      coverage: true,
    },
  ],
  [
    { projects: ['staging'], files: ['tests/scenarios/staging/**/*.scenario.test.ts'] },
    { projects: ['prod'], files: ['tests/scenarios/prod/**/*.scenario.test.ts'] },
  ],
  // On the product of the scenarios: its baseline is learned. One walk at a time: two storms under two browsers starve each other's shop.
  ...['staging', 'prod'].map((environment) => [
    {
      projects: [`walk-${environment}`],
      files: [`tests/browser/walk-${environment}.browser.test.ts`],
      joined: true,
      sameProduct: true,
    },
  ]),
  // Restarts the server under its pages, so it comes after the walks.
  [{ projects: ['pages'], files: ['tests/browser/pages/*.browser.test.ts'], joined: true, sameProduct: true }],
  // Last: by now the walks' anomalies have ended, so that these faults open incidents of their own.
  [{ projects: ['incident'], files: ['tests/browser/incident.browser.test.ts'], joined: true, sameProduct: true }],
  [
    {
      projects: ['walk-touch'],
      files: ['tests/browser/walk-prod-touch.browser.test.ts'],
      joined: true,
      sameProduct: true,
    },
  ],
  [
    { projects: ['redis'], files: ['tests/redis/queue.redis.test.ts'] },
    { projects: ['redis-walk'], files: ['tests/redis/walk.redis.test.ts'] },
  ],
  // None of these has a shop that a busy machine could make storm, and all mostly wait.
  [
    { projects: ['crash'], files: ['{tests,apps,packages}/**/*.crash.test.ts'] },
    { projects: ['stock'], files: ['tests/stock/**/*.test.ts'] },
  ],
  [
    { projects: ['refusals'], files: ['tests/refusals/**/*.test.ts'] },
    { projects: ['processes'], files: ['tests/processes/**/*.processes.test.ts'] },
  ],
];

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(`usage: npm test [-- PATH ... | Vitest's options]

npm test -- packages/store     files whose path holds this
npm test -- -t 'a name'        tests whose name holds this
npm test -- --coverage         measures what unit tests reach

Lanes, one group after the other: ${groups.map((group) => group.flatMap(({ projects }) => projects).join(' + ')).join(', ')}`);
  process.exit(0);
}
// Vitest's own rule: an argument that is no option is a part of the paths of the files to run.
const paths = args.filter(
  (arg, place) => !arg.startsWith('-') && !/^(-t|--testNamePattern)$/.test(args[place - 1] ?? ''),
);
const home = mkdtempSync(join(tmpdir(), 'autoops-test-run-'));
const children = new Set();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true;
    for (const child of children) child.kill(signal);
  });
}

/** Runs Vitest on some projects; resolves with its numbers. A run that leaves none has failed as a whole. */
function runLane({ projects, coverage }, side) {
  const tally = join(home, `${projects.join('-')}.json`);
  const passed = coverage ? args : args.filter((arg) => !arg.startsWith('--coverage'));
  const command = ['run', '--passWithNoTests', ...projects.flatMap((name) => ['--project', name]), ...passed];
  return new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules/.bin/vitest'), command, {
      cwd: root,
      env: { ...process.env, AUTOOPS_TEST_TALLY: tally },
      // Side by side, two live displays would overwrite each other: without a terminal Vitest prints plain lines.
      stdio: side ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    children.add(child);
    if (side)
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => process.stdout.write(chunk));
    child.on('exit', (code) => {
      children.delete(child);
      try {
        const counted = JSON.parse(readFileSync(tally, 'utf8'));
        // No failed test, yet not 0: Vitest itself failed (a coverage threshold, an error outside of tests).
        resolve({ ...counted, failed: counted.failed + (code !== 0 && counted.failed === 0 ? 1 : 0) });
      } catch {
        const failures = code === 0 ? [] : [`Failed: ${projects.join(', ')}: Vitest ended with exit code ${code}.`];
        resolve({ passed: 0, failed: failures.length, skipped: 0, lacking: [], failures });
      }
    });
  });
}

/** Tells whether a lane has a file to run, so that no Vitest starts (and no product) only to find none. */
function hasTests({ files }) {
  const found = globSync(files, { cwd: root, exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) });
  return found.some(
    (file) => paths.length === 0 || paths.some((path) => join(root, file).includes(path.replace(/^\.\//, ''))),
  );
}

/** Offers one product, started when the first scenario asks for it, to all lanes of a group, or all files of a joined lane. */
async function offerProduct() {
  let product;
  const server = createServer((_request, response) => {
    product ??= startProduct();
    product.then(
      ({ url, dataDir }) => response.end(JSON.stringify({ url, dataDir })),
      (error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  process.env[TEST_PRODUCT_VARIABLE] = `http://127.0.0.1:${server.address().port}/`;
  return async () => {
    delete process.env[TEST_PRODUCT_VARIABLE];
    server.closeAllConnections();
    server.close();
    await (await product?.catch(() => undefined))?.stop();
  };
}

/** Whether the group after `group` goes on with its product. */
const goesOn = (group) => groups[groups.indexOf(group) + 1]?.some((lane) => lane.sameProduct) ?? false;

const total = { passed: 0, failed: 0, skipped: 0, lacking: [], failures: [] };
let release;
for (const group of groups) {
  const lanes = group.filter(hasTests);
  if (lanes.length > 0 && !interrupted && (group.length > 1 || lanes.some((lane) => lane.joined)))
    release ??= await offerProduct();
  const tallies = interrupted ? [] : await Promise.all(lanes.map((lane) => runLane(lane, lanes.length > 1)));
  if (!goesOn(group)) {
    await release?.();
    release = undefined;
  }
  for (const tally of tallies) {
    for (const name of ['passed', 'failed', 'skipped']) total[name] += tally[name];
    total.lacking.push(...tally.lacking);
    total.failures.push(...tally.failures);
  }
}
rmSync(home, { recursive: true, force: true });
process.stdout.write(summary(total));
const found = total.passed + total.failed + total.skipped > 0;
if (!found && !interrupted) process.stdout.write('No test matches these arguments.\n');
process.exit(interrupted ? 130 : total.failed > 0 || !found ? 1 : 0);
