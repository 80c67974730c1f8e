// Called by policy-bundle.sh. Checks and tests the Rego where the compiler is there, then compiles it with the capabilities of
// the wasm runtime that evaluates it, so that a builtin which that runtime lacks fails here and not at three in the morning.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';

const ENTRYPOINT = 'autoops/remediation/decision';
const sources = 'policies/remediation';
const tests = 'policies/tests';
const output = 'policies/dist';
const USAGE =
  'usage: scripts/policy-bundle.sh [--check]   (--check compares with what is committed and writes nothing)';
const [asked, ...others] = process.argv.slice(2);
if (asked === '--help' || asked === '-h') {
  console.log(USAGE);
  process.exit(0);
}
if ((asked !== undefined && asked !== '--check') || others.length > 0) {
  console.error(
    `Unknown: ${[asked, ...others].filter((word) => word !== '--check').join(' ') || '--check twice'}.\n\n${USAGE}`,
  );
  process.exit(2);
}
const check = asked === '--check';
const environment = {
  ...process.env,
  PATH: `${join(process.cwd(), '.toolchain/go/bin')}${delimiter}${process.env.PATH ?? ''}`,
};

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .filter((file) => file.endsWith('.rego'))
    .sort((left, right) => (left < right ? -1 : 1));
}

function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Name, length and bytes of every source, in order of name: moving text from one file to another changes the digest. */
function sourcesDigest() {
  return sha256(
    ...filesBelow(sources).flatMap((file) => {
      const bytes = readFileSync(file);
      return [`${relative(sources, file)}\n${bytes.length}\n`, bytes];
    }),
  );
}

/** What the rules are called and about, in the order in which people read them: the screens list them from here. */
function ruleList() {
  return filesBelow(join(sources, 'rules'))
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      const about = /^((?:#.*\n)+)package/.exec(text)?.[1]?.replace(/^# ?/gm, '').trim().replaceAll('\n', ' ') ?? '';
      const id = /^package .*[.](\w+)$/m.exec(text)?.[1]?.replaceAll('_', '-');
      return {
        id,
        title: /^title := "(.*)"$/m.exec(text)?.[1],
        order: Number(/^order := (\d+)$/m.exec(text)?.[1]),
        about,
        file: relative(sources, file),
      };
    })
    .sort((a, b) => a.order - b.order);
}

function opa(...args) {
  return execFileSync('opa', args, { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function opaVersion() {
  const { status, stdout } = spawnSync('opa', ['version'], { env: environment, encoding: 'utf8' });
  return status === 0 ? /^Version: (\S+)/m.exec(stdout)?.[1] : undefined;
}

/** The runtime's own list of builtins; it names neither features nor keywords, which Rego v1 needs. */
function capabilities(folder) {
  const require = createRequire(join(process.cwd(), 'packages/connectors/package.json'));
  const runtime = join(dirname(require.resolve('@open-policy-agent/opa-wasm')), '..', 'capabilities.json');
  const file = join(folder, 'capabilities.json');
  writeFileSync(
    file,
    JSON.stringify({
      ...JSON.parse(readFileSync(runtime, 'utf8')),
      features: ['rego_v1'],
      future_keywords: ['contains', 'every', 'if', 'in'],
    }),
  );
  return file;
}

function compile() {
  const folder = mkdtempSync(join(tmpdir(), 'autoops-policy-'));
  try {
    const bundle = join(folder, 'bundle.tar.gz');
    opa('check', '--strict', '--capabilities', capabilities(folder), sources);
    opa(
      'build',
      '--target',
      'wasm',
      '--entrypoint',
      ENTRYPOINT,
      '--capabilities',
      capabilities(folder),
      '--output',
      bundle,
      sources,
    );
    execFileSync('tar', ['-xzf', bundle, '-C', folder, '/policy.wasm'], { stdio: 'pipe' });
    return readFileSync(join(folder, 'policy.wasm'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Format, strict check and tests of the Rego, which need the compiler. */
function examine() {
  const unformatted = opa('fmt', '--list', sources, tests).trim();
  if (unformatted !== '') fail(`not formatted (opa fmt -w policies):\n${unformatted}`);
  opa('check', '--strict', sources, tests);
  // The usual 5 s a test is too short for a busy machine.
  const { status, stdout, stderr } = spawnSync('opa', ['test', '--timeout', '120s', sources, tests], {
    env: environment,
    encoding: 'utf8',
  });
  process.stdout.write(stdout);
  if (status !== 0) fail(`${stderr}opa test failed`);
}

const version = opaVersion();
if (version !== undefined) examine();
if (!check) {
  if (version === undefined)
    fail('opa is not there: install the Go tools first (CONTRIBUTING.md), then run this again.');
  const wasm = compile();
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, 'policy.wasm'), wasm);
  writeFileSync(
    join(output, 'manifest.json'),
    `${JSON.stringify(
      {
        entrypoint: ENTRYPOINT,
        sourcesDigest: sourcesDigest(),
        wasmDigest: sha256(wasm),
        opaVersion: version,
        rules: ruleList(),
      },
      undefined,
      2,
    )}\n`,
  );
  process.stdout.write(`policies/dist/policy.wasm  ${wasm.length} bytes  ${sha256(wasm)}\n`);
} else {
  if (!existsSync(join(output, 'manifest.json'))) fail('policies/dist is missing: run scripts/policy-bundle.sh.');
  const manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8'));
  const committed = readFileSync(join(output, 'policy.wasm'));
  if (sha256(committed) !== manifest.wasmDigest)
    fail('policies/dist/policy.wasm is not the file that its manifest names: run scripts/policy-bundle.sh.');
  if (sourcesDigest() !== manifest.sourcesDigest)
    fail(
      'policies/remediation has changed since policies/dist was built: run scripts/policy-bundle.sh and commit policies/dist.',
    );
  if (version === undefined)
    process.stdout.write('policies/dist agrees with its sources (opa is not there: not recompiled)\n');
  else if (version !== manifest.opaVersion)
    process.stdout.write(
      `policies/dist agrees with its sources (built by opa ${manifest.opaVersion}, here is ${version}: not compared byte for byte)\n`,
    );
  else if (sha256(compile()) !== manifest.wasmDigest)
    fail(
      'opa compiles policies/remediation to other bytes than policies/dist/policy.wasm: run scripts/policy-bundle.sh and commit policies/dist.',
    );
  else process.stdout.write('policies/dist agrees with its sources, byte for byte\n');
}
