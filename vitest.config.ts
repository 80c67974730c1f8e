import { defineConfig } from 'vitest/config';

// Workspace packages resolve to their TypeScript. For `ssr` this one condition only: Vitest hands the list to Node itself,
// and with `import` in it a CommonJS package would `require` the ES module of another.
const source = '@autoops/source';

export default defineConfig({
  resolve: { conditions: [source, 'module', 'development|production'] },
  ssr: { resolve: { conditions: [source, 'node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
