import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** What a run came to; several runs are added up by scripts/test.mjs. */
export type Tally = { passed: number; failed: number; skipped: number; lacking: string[]; failures: string[] };

/**
 * Ends a run with the line `N passed, N failed, N skipped`, alone on its line, after naming what failed, what passed only when
 * started again, and the suites that were skipped because a part is not installed. Run by scripts/test.mjs
 * (AUTOOPS_TEST_TALLY) it writes all that there instead.
 */
export default class TallyReporter implements Reporter {
  private watching = false;

  onInit(vitest: Vitest): void {
    this.watching = vitest.config.watch;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: unhandled.length, skipped: 0, lacking: [], failures: [] };
    for (const error of unhandled) tally.failures.push(`outside of tests: ${told(error)}`);
    for (const module of modules) count(module, tally);
    const file = process.env['AUTOOPS_TEST_TALLY'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tally));
    else if (!this.watching) process.stdout.write(summary(tally));
  }
}

function count(module: TestModule, tally: Tally): void {
  const place = `${module.project.name} ${module.relativeModuleId}`;
  for (const test of module.children.allTests()) {
    const { state, errors } = test.result();
    if (state === 'passed') tally.passed += 1;
    else if (state === 'failed') tally.failed += 1;
    else tally.skipped += 1;
    const name = `${place} > ${test.fullName}`;
    if (state === 'failed') tally.failures.push(`Failed: ${name}: ${attempts(errors)}`);
    else if (test.diagnostic()?.flaky === true)
      tally.failures.push(`Passed only when started again: ${name}: ${attempts(errors)}`);
  }
  // A file that cannot be loaded, or a hook that throws, has no failed test and is a failure all the same.
  tally.failed += module.errors().length;
  for (const error of module.errors()) tally.failures.push(`Failed: ${place}: ${told(error)}`);
  for (const suite of module.children.allSuites()) {
    tally.failed += suite.errors().length;
    for (const error of suite.errors()) tally.failures.push(`Failed: ${place} > ${suite.fullName}: ${told(error)}`);
    const needed = /^(.*) \[needs (.*)\]$/.exec(suite.name);
    if (needed) tally.lacking.push(`${needed[1] ?? ''} (${needed[2] ?? ''})`);
  }
}

/** What each attempt of a test failed of: a later one may have met something else. */
function attempts(errors: readonly unknown[] = []): string {
  return errors.map(told).join(' // then: ');
}

/** The first lines of an error, at most 600 characters. */
function told(error: unknown): string {
  const message = error instanceof Object && 'message' in error ? String(error.message) : String(error);
  return message.split('\n').slice(0, 4).join(' / ').slice(0, 600);
}

/** The last lines of a run: what a reader of the end alone must know. */
export function summary({ passed, failed, skipped, lacking, failures }: Tally): string {
  const named = [...failures, ...lacking.map((suite) => `Skipped, a part is not installed: ${suite}`)];
  return `\n${named.map((line) => `${line}\n`).join('')}${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
