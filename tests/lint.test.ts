import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'lint-test-'));
  const config = {
    categories: { correctness: 'off' },
    jsPlugins: [join(root, 'scripts/lint/plugin.mjs')],
    rules: { 'autoops/pure': 'error', 'autoops/no-shell': 'error' },
  };
  writeFileSync(join(home, '.oxlintrc.json'), JSON.stringify(config));
});
afterAll(() => rmSync(home, { recursive: true }));

/** Lints one source with the project's own rules and returns the rules that it breaks. */
function broken(source: string): string[] {
  const file = join(home, 'src/example.ts');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/oxlint'),
    ['-f', 'unix', '-c', join(home, '.oxlintrc.json'), file],
    { encoding: 'utf8' },
  );
  return [...stdout.matchAll(/autoops\(([\w-]+)\)/g)].map(([, rule]) => rule ?? '');
}

describe('the rule `pure`', () => {
  it.each([
    'export const now = Date.now();',
    'export const now = new Date();',
    'export const luck = Math.random();',
    'export const id = crypto.randomUUID();',
    'export const answer = fetch("http://localhost");',
    'export const home = process.env["HOME"];',
    'export const since = performance.now();',
  ])('reports %s', (source) => expect(broken(source)).toEqual(['pure']));

  it.each(['export const at = (text: string) => new Date(text);', 'export const most = Math.max(1, 2);'])(
    'lets %s pass',
    (source) => expect(broken(source)).toEqual([]),
  );
});

describe('the rule `no-shell`', () => {
  it('reports a command line that a shell would read, and no list of arguments', () => {
    expect(broken("import { exec } from 'node:child_process'; exec('ls ' + process.argv[2]);")).toContain('no-shell');
    expect(broken("import { spawn } from 'node:child_process'; spawn('ls', [], { shell: true });")).toEqual([
      'no-shell',
    ]);
    expect(broken("import { execFile } from 'node:child_process'; execFile('ls', ['a b']);")).toEqual([]);
  });
});
