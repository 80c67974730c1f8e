import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Programs of the operating system that some tests need, by the names they go under, and how to get them. */
const PARTS = {
  chromium: { names: ['chromium', 'chromium-browser', 'google-chrome'], install: 'apt-get install chromium' },
  'redis-server': { names: ['redis-server'], install: 'apt-get install redis-server' },
  prometheus: { names: ['prometheus'], install: 'apt-get install prometheus' },
  alertmanager: {
    names: ['prometheus-alertmanager', 'alertmanager'],
    install: 'apt-get install prometheus-alertmanager',
  },
  pdftotext: { names: ['pdftotext'], install: 'apt-get install poppler-utils' },
  ip: { names: ['ip', '/usr/sbin/ip', '/sbin/ip'], install: 'apt-get install iproute2' },
  opa: { names: [join(root, '.toolchain/go/bin/opa'), 'opa'], install: 'scripts/go-tools.sh' },
} as const;

/** The name of a part. */
export type Part = keyof typeof PARTS;

/** Returns the path of a part's program, or undefined when this machine does not have it. */
export function part(name: Part): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const { names } = PARTS[name];
  const paths = names.flatMap((program) =>
    program.startsWith('/') ? [program] : directories.map((directory) => join(directory, program)),
  );
  return paths.find((path) => existsSync(path));
}

/** Returns the path of a part inside a suite gated by `needs`. Throws where the gate is missing. */
export function requirePart(name: Part): string {
  const path = part(name);
  if (path === undefined) throw new Error(`${name} is not installed: ${PARTS[name].install}`);
  return path;
}

/**
 * Returns a `describe` for a suite that needs these parts. Where one is absent the suite is skipped and named at the end of
 * the run; with AUTOOPS_TEST_REQUIRE=all it fails instead, so that CI cannot pass by leaving tests out.
 */
export function needs(...names: readonly Part[]): (title: string, body: () => void) => void {
  const absent = names.filter((name) => part(name) === undefined);
  if (absent.length === 0) return (title, body) => void describe(title, body);
  const advice = absent.map((name) => `${name}: ${PARTS[name].install}`).join('; ');
  if (process.env['AUTOOPS_TEST_REQUIRE'] === 'all') {
    return (title) =>
      void describe(title, () => {
        it(`has what it needs (${absent.join(', ')})`, () => {
          throw new Error(`AUTOOPS_TEST_REQUIRE=all, and this machine lacks ${advice}`);
        });
      });
  }
  return (title, body) => void describe.skip(`${title} [needs ${advice}]`, body);
}
