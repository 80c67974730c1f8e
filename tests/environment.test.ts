import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

// Set by one of our programs for another, never by a person.
const INTERNAL = /^AUTOOPS_(TEST_(POSTGRES|PRODUCT|TALLY)|STOP_WITH_PARENT|CAMPAIGN|SANDBOX(_\w+)?|CRASH_AT)$/;

it('lists every variable that the programs read in .env.example', () => {
  const listed = new Set(readFileSync(`${root}.env.example`, 'utf8').match(/(?<=^#)\w+(?==)/gm));
  const files = globSync(['{apps,packages}/*/src/**/*.ts', 'apps/web/vite.config.ts', 'tests/*.ts'], {
    cwd: root,
  }).filter((file) => !/\.test\.ts$/.test(file));
  const read = files.flatMap(
    (file) => readFileSync(`${root}${file}`, 'utf8').match(/\bAUTOOPS_[A-Z]+(?:_[A-Z]+)*\b/g) ?? [],
  );
  const named = [...new Set(read)].map((name) =>
    name === 'AUTOOPS_JWT_REVOKED_FILE' ? name : name.replace(/_FILE$/, ''),
  );
  const missing = named.filter((name) => !INTERNAL.test(name) && !listed.has(name));
  expect(missing).toEqual([]);
});
