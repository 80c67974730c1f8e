import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// The real scripts in a directory of their own, with small stand-ins for npm, pnpm, turbo and the product:
// what is tested is the order, the words and the ends, not the downloads.
const platform = `${process.platform}-${process.arch}`;
const scripts = fileURLToPath(new URL('../scripts', import.meta.url));
let root: string;
const started: ChildProcess[] = [];

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), mode);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bootstrap-test-'));
  cpSync(scripts, join(root, 'scripts'), { recursive: true });
  put('package.json', JSON.stringify({ name: 'x', type: 'module' }));
  put(
    'npm/npm-cli.js',
    `
    const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
    appendFileSync('journal', 'npm ' + process.argv.slice(2).filter((arg) => !arg.startsWith('-') && !arg.includes('/partial-')).join(' ') + '\\n');
    if (process.env.NPM_FAILS) { console.error(process.env.NPM_FAILS); process.exit(1); }
    const pnpm = process.argv[process.argv.indexOf('--prefix') + 1] + '/node_modules/@pnpm/exe.${platform}';
    mkdirSync(pnpm, { recursive: true });
    writeFileSync(pnpm + '/pnpm', '#!/bin/sh\\necho "pnpm $*" >> journal\\n[ -z "$PNPM_FAILS" ] || { echo "$PNPM_FAILS"; exit 1; }\\n', { mode: 0o755 });
  `,
  );
  put('npm/package.json', '{}');
  put(
    'node_modules/.bin/turbo',
    '#!/bin/sh\necho "turbo $*" >> journal\n[ -z "$TURBO_FAILS" ] || { echo "$TURBO_FAILS"; exit 2; }\n',
    0o755,
  );
  put(
    'apps/cli/dist/main.js',
    `
    import { appendFileSync } from 'node:fs';
    process.on('SIGTERM', () => { appendFileSync('journal', 'main ended\\n'); process.exit(0); });
    appendFileSync('journal', 'main ' + process.argv.slice(2).join(' ') + ' ' + process.pid + '\\n');
    if (process.argv[3] === '--exit') process.exit(Number(process.argv[4]));
    setInterval(() => {}, 1000);
  `,
  );
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const journal = () =>
  existsSync(join(root, 'journal')) ? readFileSync(join(root, 'journal'), 'utf8').trim().split('\n') : [];
const mainPid = () => Number(/^main .* (\d+)$/.exec(journal().find((line) => /^main up.* \d+$/.test(line)) ?? '')?.[1]);

function bootstrap(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['scripts/bootstrap.mjs', ...args], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      npm_execpath: join(root, 'npm/npm-cli.js'),
      npm_lifecycle_event: 'start',
      npm_config_prefix: '/elsewhere',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return { child, output: () => output, code: new Promise<number | null>((resolve) => child.once('close', resolve)) };
}

async function until(condition: () => boolean, what: () => string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within 10 s: ${what()}`);
    await sleep(20);
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('bootstrap', () => {
  it('fetches the toolchain once, installs, builds, and becomes the product with its arguments and exit code', async () => {
    const first = bootstrap(['start', '--exit', '7']);
    expect(await first.code, first.output()).toBe(7);
    expect(journal().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'npm install',
      'pnpm install',
      'turbo run',
      'main up',
    ]);
    expect(journal()[0]).toContain('pnpm@12.21.0');
    expect(first.output()).toContain('First start on this machine');

    const second = bootstrap(['start', '--exit', '0']);
    expect(await second.code).toBe(0);
    expect(journal().filter((line) => line.startsWith('npm'))).toHaveLength(1);
    expect(second.output()).not.toContain('First start');
  });

  it.each([
    ['npm error code ENOTFOUND', 'The package registry cannot be reached.'],
    ['npm error code ENOSPC', 'The disk is full.'],
    ['npm error code EACCES', 'A directory is not writable.'],
    [
      'npm error SELF_SIGNED_CERT_IN_CHAIN self-signed certificate',
      'The package registry shows a certificate this machine does not trust.',
    ],
  ])('explains %s, and leaves nothing that looks complete', async (said, sentence) => {
    const run = bootstrap(['setup'], { NPM_FAILS: said });
    expect(await run.code).toBe(1);
    expect(run.output()).toContain(`AutoOps: ${sentence}`);
    expect(readdirSync(join(root, '.toolchain'))).toEqual([]);
    const again = bootstrap(['setup']);
    expect(await again.code, again.output()).toBe(0);
  });

  it('shows what the compiler said when the build fails, and does not start', async () => {
    const run = bootstrap(['start'], { TURBO_FAILS: 'main.ts(3,1): error TS2304' });
    expect(await run.code).toBe(2);
    expect(run.output()).toContain('error TS2304');
    expect(run.output()).toContain('The build failed.');
    expect(journal().some((line) => line.startsWith('main'))).toBe(false);
  });

  it('passes a signal on and ends with the product', async () => {
    const run = bootstrap(['start']);
    await until(() => mainPid() > 0, run.output);
    run.child.kill('SIGTERM');
    expect(await run.code).toBe(0);
    expect(journal().at(-1)).toBe('main ended');
  });

  it('ends the product when npm is killed', async () => {
    const env = JSON.stringify({
      PATH: process.env['PATH'],
      npm_execpath: join(root, 'npm/npm-cli.js'),
      npm_lifecycle_event: 'start',
    });
    const npm = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.execPath, ['scripts/bootstrap.mjs', 'start'], { stdio: 'ignore', env: ${env} })`,
      ],
      { cwd: root, stdio: 'ignore' },
    );
    started.push(npm);
    await until(
      () => mainPid() > 0,
      () => journal().join('\n'),
    );
    const pid = mainPid();
    npm.kill('SIGKILL');
    await until(
      () => !alive(pid),
      () => `process ${pid} has ended`,
    );
    expect(journal().at(-1)).toBe('main ended');
  });

  it('refuses an unknown command with the ones there are', async () => {
    const run = bootstrap(['fly']);
    expect(await run.code).toBe(2);
    expect(run.output()).toContain(
      'Use one of: start, test, dev, check, campaign, bench, screens, screenshots, briefs, setup.',
    );
  });
});
