// `pnpm check`: everything that needs no running program. One line for each check; what failed is printed in full.
// `pnpm check lint types` runs only those named.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap/root.mjs';

const bin = (name) => join(root, 'node_modules/.bin', name);

/** Runs a program; returns its output when it failed. */
function fails(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64e6 });
  if (error) return String(error.message);
  return status === 0 ? undefined : `${stdout}${stderr}`.trim() || `ended with ${status}`;
}

/** Each check returns undefined when all is well, else what to show. */
const checks = {
  format: () =>
    fails(bin('oxfmt'), '--check', '.') &&
    `${fails(bin('oxfmt'), '--list-different', '.')}\n\nRepair with: npx oxfmt .`,
  lint: () => fails(bin('oxlint'), '--type-aware', '--quiet', '.'),
  types: () =>
    fails(bin('tsc'), '-b') ??
    fails(bin('tsc'), '--noEmit', '-p', 'apps/web') ??
    fails(bin('tsc'), '--noEmit', '-p', 'tests'),
  boundaries,
  'dead code': () => fails(bin('knip'), '--no-progress', '--no-config-hints'),
  'one bullmq': oneBullmq,
  workflows: pinnedActions,
  policies,
};

/** The layer rules; and the proof that they were applied to our sources, since an unreadable configuration finds nothing wrong. */
function boundaries() {
  const { stdout, stderr } = spawnSync(
    bin('depcruise'),
    ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'apps', 'packages'],
    { cwd: root, encoding: 'utf8', maxBuffer: 256e6 },
  );
  let report;
  try {
    report = JSON.parse(stdout);
  } catch {
    return stderr || stdout || 'dependency-cruiser said nothing';
  }
  const { violations, totalCruised } = report.summary;
  const crossing = report.modules.some(
    ({ source, dependencies }) =>
      source.startsWith('apps/') && dependencies.some(({ resolved }) => /^packages\/[^/]+\/src\//.test(resolved)),
  );
  if (totalCruised < 50 || !crossing)
    return `Only ${totalCruised} modules were read, or no import of a workspace package led to its source: the rules below would see nothing.`;
  if (violations.length === 0) return undefined;
  return (
    violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).join('\n') +
    '\n\nThe rules and their repairs are in .dependency-cruiser.mjs.'
  );
}

/** Two copies of bullmq (differing peers) would mean that the Postgres backend is set on one and used by the other. */
function oneBullmq() {
  const copies = readdirSync(join(root, 'node_modules/.pnpm')).filter((name) => name.startsWith('bullmq@'));
  return copies.length <= 1
    ? undefined
    : `There are ${copies.length} copies: ${copies.join(', ')}. Align the versions of its peers (ioredis) in all package.json files.`;
}

/** A tag of an action can be moved to other code; a commit cannot. */
function pinnedActions() {
  const directory = join(root, '.github/workflows');
  const loose = readdirSync(directory).flatMap((file) =>
    [...readFileSync(join(directory, file), 'utf8').matchAll(/uses:\s*(\S+)/g)]
      .filter(([, action]) => !/@[0-9a-f]{40}$/.test(action))
      .map(([, action]) => `${file}: ${action}`),
  );
  return loose.length === 0 ? undefined : `Pin by commit: ${loose.join(', ')}`;
}

/** Rego is checked where its compiler is (scripts/go-tools.sh brings it; CI always has it). */
function policies() {
  const opa = join(root, '.toolchain/go/bin/opa');
  if (!existsSync(opa)) return skipped;
  const sources = ['policies/remediation', 'policies/tests'].filter((directory) => holdsRego(directory));
  return fails(opa, 'check', '--strict', ...sources) ?? fails(opa, 'test', ...sources);
}

const holdsRego = (directory) => globSync('**/*.rego', { cwd: join(root, directory) }).length > 0;

const skipped = Symbol('skipped');
const wanted = process.argv.slice(2);
if (wanted.some((name) => name === '--help' || name === '-h')) {
  console.log(`usage: pnpm check [NAME ...]\n\nnames: ${Object.keys(checks).join(', ')}`);
  process.exit(0);
}
const unknown = wanted.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`Unknown check ${unknown.join(', ')}; there are: ${Object.keys(checks).join(', ')}.`);
  process.exit(2);
}
const results = [];
for (const [name, check] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const start = performance.now();
  const problem = check();
  const state = problem === undefined ? 'ok' : problem === skipped ? 'skipped' : 'FAILED';
  results.push({ name, state });
  console.log(`${state.padEnd(8)} ${name.padEnd(12)} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (state === 'FAILED') console.log(`\n${String(problem)}\n`);
}
const failed = results.filter(({ state }) => state === 'FAILED').map(({ name }) => name);
console.log(
  failed.length === 0
    ? `\nAll ${results.length} checks passed.`
    : `\n${failed.length} of ${results.length} checks failed: ${failed.join(', ')}. Run one alone: pnpm check ${failed[0]}`,
);
process.exit(failed.length === 0 ? 0 : 1);
