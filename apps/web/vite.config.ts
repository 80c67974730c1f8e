import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** ux.md "Performance bar": gzip bytes of what a first visit loads, and of any one route. */
const FIRST_LOAD_LIMIT = 250_000;
const ROUTE_LIMIT = 60_000;

/** Prints the gzip size of every chunk after a build and fails it over budget. */
function bundleBudget(): Plugin {
  return {
    name: 'bundle-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((item) => item.type === 'chunk');
      const size = new Map(chunks.map((chunk) => [chunk.fileName, gzipSync(chunk.code).length]));
      const first = new Set<string>();
      const load = (name: string): void => {
        if (first.has(name)) return;
        first.add(name);
        for (const imported of chunks.find((chunk) => chunk.fileName === name)?.imports ?? []) load(imported);
      };
      for (const chunk of chunks.filter((item) => item.isEntry)) load(chunk.fileName);
      const firstLoad = [...first].reduce((sum, name) => sum + (size.get(name) ?? 0), 0);
      const rest = chunks
        .filter((chunk) => !first.has(chunk.fileName))
        .map((chunk) => ({ name: chunk.fileName, bytes: size.get(chunk.fileName) ?? 0 }));
      rest.sort((a, b) => b.bytes - a.bytes);
      const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB gz`;
      this.info(`first load ${kilobytes(firstLoad)} of ${kilobytes(FIRST_LOAD_LIMIT)}`);
      for (const chunk of rest) this.info(`${chunk.name} ${kilobytes(chunk.bytes)}`);
      if (firstLoad > FIRST_LOAD_LIMIT)
        this.error(`The first load is ${kilobytes(firstLoad)}; move what it does not need behind a lazy route.`);
      const worst = rest[0];
      if (worst !== undefined && worst.bytes > ROUTE_LIMIT)
        this.error(`${worst.name} is ${kilobytes(worst.bytes)}; a route may take ${kilobytes(ROUTE_LIMIT)}.`);
    },
  };
}

const api = process.env['AUTOOPS_API'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), bundleBudget()],
  resolve: { conditions: ['@autoops/source', 'module', 'browser', 'development|production'] },
  server: { proxy: { '/api': api, '/healthz': api, '/readyz': api, '/metrics': api } },
  build: { target: 'es2024', sourcemap: true, chunkSizeWarningLimit: 700 },
});
