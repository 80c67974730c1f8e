import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Workspace packages resolve to their TypeScript. For `ssr` no `import` condition: Vitest hands the list to Node itself,
// where it would make a CommonJS package `require` the ES module of another.
const source = '@autoops/source';
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Tests that run a whole product: one file after the other, and with time for what they wait for. The shop is a real system on a
 * shared machine, and one that is starved of CPU for seconds storms without a fault: such a test starts again from a healed shop,
 * twice at most, and Vitest reports that it did.
 */
const lane = (name: string, include: string) => ({
  extends: true as const,
  test: { name, include: [include], fileParallelism: false, retry: 2, testTimeout: 240_000, hookTimeout: 180_000 },
});

const processes = lane('processes', 'tests/processes/**/*.processes.test.ts');
const onRedis = lane('redis', 'tests/redis/queue.redis.test.ts');
const crash = lane('crash', '{tests,apps,packages}/**/*.crash.test.ts');

export default defineConfig({
  resolve: { conditions: [source, 'module', 'development|production'] },
  ssr: { resolve: { conditions: [source, 'node'] } },
  test: {
    reporters: ['default', at('tests/reporter.ts')],
    globalSetup: [at('tests/global-setup.ts')],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Files of a worker share their modules, which halves the time: no test leaves anything behind that another could meet
    // (`--sequence.shuffle.files` shows whether that is so).
    isolate: false,
    maxWorkers: '100%',
    coverage: {
      provider: 'v8',
      reporter: ['html', 'text-summary'],
      reportsDirectory: at('coverage'),
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.{ts,tsx}', '**/__fixtures__/**'],
    },
    // scripts/test.mjs runs these one group after the other; `vitest run FILE` finds its project by itself.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          setupFiles: [at('tests/property-seed.ts')],
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/{api,worker,sandbox,cli,agent}/src/**/*.test.ts',
            'tests/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: ['**/*.{scenario,browser,crash}.test.ts', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        root: at('apps/web'),
        test: {
          name: 'web',
          include: ['src/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          setupFiles: [at('apps/web/src/testing/clean-browser.ts')],
        },
      },
      lane('staging', 'tests/scenarios/staging/**/*.scenario.test.ts'),
      lane('prod', 'tests/scenarios/prod/**/*.scenario.test.ts'),
      lane('stock', 'tests/stock/**/*.test.ts'),
      lane('walk-staging', 'tests/browser/walk-staging.browser.test.ts'),
      lane('walk-prod', 'tests/browser/walk-prod.browser.test.ts'),
      lane('walk-touch', 'tests/browser/walk-prod-touch.browser.test.ts'),
      lane('pages', 'tests/browser/pages/*.browser.test.ts'),
      lane('incident', 'tests/browser/incident.browser.test.ts'),
      lane('refusals', 'tests/refusals/**/*.test.ts'),
      { ...processes, test: { ...processes.test, retry: 0 } },
      lane('redis-walk', 'tests/redis/walk.redis.test.ts'),
      // What a kill may not do it may not do once: no second chance.
      { ...onRedis, test: { ...onRedis.test, retry: 0 } },
      { ...crash, test: { ...crash.test, retry: 0 } },
    ],
  },
});
