import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** What a run came to; several runs are added up by scripts/test.mjs. */
export type Tally = { passed: number; failed: number; skipped: number; lacking: string[] };

/**
 * Ends a run with the line `N passed, N failed, N skipped`, alone on its line, after naming the suites that were skipped
 * because a part is not installed. Run by scripts/test.mjs (AUTOOPS_TEST_TALLY) it writes its numbers there instead.
 */
export default class TallyReporter implements Reporter {
  private watching = false;

  onInit(vitest: Vitest): void {
    this.watching = vitest.config.watch;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: unhandled.length, skipped: 0, lacking: [] };
    for (const module of modules) count(module, tally);
    const file = process.env['AUTOOPS_TEST_TALLY'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tally));
    else if (!this.watching) process.stdout.write(summary(tally));
  }
}

function count(module: TestModule, tally: Tally): void {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') tally.passed += 1;
    else if (state === 'failed') tally.failed += 1;
    else tally.skipped += 1;
  }
  // A file that cannot be loaded, or a hook that throws, has no failed test and is a failure all the same.
  tally.failed += module.errors().length;
  for (const suite of module.children.allSuites()) {
    tally.failed += suite.errors().length;
    const needed = /^(.*) \[needs (.*)\]$/.exec(suite.name);
    if (needed) tally.lacking.push(`${needed[1] ?? ''} (${needed[2] ?? ''})`);
  }
}

/** The last lines of a run. */
export function summary({ passed, failed, skipped, lacking }: Tally): string {
  const named = lacking.map((suite) => `Skipped, a part is not installed: ${suite}\n`).join('');
  return `\n${named}${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
