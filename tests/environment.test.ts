import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

// Set by one of our programs for another, never by a person.
const INTERNAL = /^AUTOOPS_(TEST_(POSTGRES|PRODUCT|TALLY)|STOP_WITH_PARENT|SANDBOX_\w+|CRASH_AT)$/;

it('lists every variable that the programs read in .env.example', () => {
  const listed = new Set(readFileSync(`${root}.env.example`, 'utf8').match(/(?<=^#)\w+(?==)/gm));
  const files = globSync(['{apps,packages}/*/src/**/*.ts', 'apps/web/vite.config.ts', 'tests/*.ts'], { cwd: root });
  const read = files.flatMap(
    (file) => readFileSync(`${root}${file}`, 'utf8').match(/(?<=')AUTOOPS_[A-Z_]+(?=')/g) ?? [],
  );
  const missing = [...new Set(read)]
    .filter((name) => !name.endsWith('_FILE') || name.includes('REVOKED'))
    .filter((name) => !INTERNAL.test(name) && !listed.has(name));
  expect(missing).toEqual([]);
});
