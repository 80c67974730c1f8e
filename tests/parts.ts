import { describe, it } from 'vitest';
import { part, PARTS, type Part } from './programs.ts';

export { part, requirePart, type Part } from './programs.ts';

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
