import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Programs for people; each with the arguments under which it takes its own. */
const PROGRAMS = [
  ['bench/main.ts'],
  ['scripts/bootstrap.mjs'],
  ['scripts/campaign.mjs', 'crash'],
  ['scripts/campaign.mjs', 'scenarios'],
  ['scripts/check.mjs'],
  ['scripts/dev.mjs'],
  ['scripts/policy-bundle.mjs'],
  ['scripts/runbook-schema.mjs'],
] as const satisfies readonly (readonly string[])[];

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 60_000 });

describe.each(PROGRAMS.map((words) => ({ program: words.join(' '), words })))('$program', ({ words }) => {
  it('says what it takes', () => {
    const { status, stdout, stderr } = run(...words, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^usage: /);
  }, 120_000);

  it('refuses what it does not know in a sentence, without a stack', () => {
    const { status, stdout, stderr } = run(...words, '--no-such-option');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--no-such-option');
    expect(stderr).not.toMatch(/^\s+at /m);
  }, 120_000);
});
