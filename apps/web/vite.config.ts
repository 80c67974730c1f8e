import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import { SCREENS } from './src/screens.ts';
import { tokenSheet } from './src/theme/tokens.ts';

/** ux.md "Performance bar": gzip bytes of what a first visit loads, and of any one route. */
const FIRST_LOAD_LIMIT = 250_000;
const ROUTE_LIMIT = 60_000;

/** What nearly every screen is made of: a chunk that every page names, though the entry does not wait for it. */
const PARTS = 'parts';
const isFirst = (chunk: { readonly name: string; readonly isEntry: boolean }): boolean =>
  chunk.isEntry || chunk.name === PARTS;

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
      for (const chunk of chunks.filter(isFirst)) load(chunk.fileName);
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

/** The colours stand in the page itself: what is painted before any script runs has them. */
function tokensInPage(): Plugin {
  return {
    name: 'tokens-in-page',
    transformIndexHtml: () => [{ tag: 'style', children: tokenSheet(), injectTo: 'head-prepend' }],
  };
}

/**
 * Names the entry in the page instead of running it: the page's own script does, once what the server drew has been painted. Until then
 * its files are fetched and no more: a `modulepreload` would compile them, and hold the paint up.
 */
function entryAfterPaint(): Plugin {
  const preload = (src: string): string =>
    `<link rel="preload" as="script" crossorigin fetchpriority="low" href="${src}">`;
  return {
    name: 'entry-after-paint',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle = {} }) => {
        const parts = Object.values(bundle).filter((item) => item.type === 'chunk' && item.name === PARTS);
        return html
          .replaceAll(/<link rel="modulepreload" crossorigin href="([^"]+)">/g, (_link, src: string) => preload(src))
          .replace(/<script type="module" crossorigin src="([^"]+)"><\/script>/, (_script, src: string) =>
            [
              `<meta name="autoops-entry" content="${src}">`,
              preload(src),
              ...parts.map(({ fileName }) => preload(`/${fileName}`)),
            ].join('\n    '),
          );
      },
    },
  };
}

/** Writes `screens.json`: for each screen the files that it adds to the first load, so that the server's first page can name them. */
function screenFiles(): Plugin {
  return {
    name: 'screen-files',
    // After Vite has taken out the chunks that held nothing but a style sheet.
    enforce: 'post',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((item) => item.type === 'chunk');
      const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const withImports = (names: readonly string[], found = new Set<string>()): ReadonlySet<string> => {
        for (const name of names)
          if (byName.has(name) && !found.has(name)) withImports(byName.get(name)?.imports ?? [], found.add(name));
        return found;
      };
      const entry = withImports(chunks.filter((chunk) => chunk.isEntry).map((chunk) => chunk.fileName));
      const screens = SCREENS.map(({ path, module }) => {
        const own = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module.slice(1)) === true);
        if (own === undefined) return this.error(`screens.ts names ${module}, which is no chunk`);
        const files = [...withImports([own.fileName])].filter((name) => !entry.has(name));
        const styles = files.flatMap((name) => [...(byName.get(name)?.viteMetadata?.importedCss ?? [])]);
        const scripts = files.filter((name) => byName.get(name)?.name !== PARTS);
        return { path, scripts, styles: [...new Set(styles)] };
      });
      this.emitFile({ type: 'asset', fileName: 'screens.json', source: JSON.stringify(screens) });
    },
  };
}

/** Writes a brotli and a gzip copy beside every script and style sheet; the server sends what the browser takes. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = 'dist' }) {
      const assets = join(dir, 'assets');
      for (const name of readdirSync(assets).filter((file) => /\.(js|css)$/.test(file))) {
        const bytes = readFileSync(join(assets, name));
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes));
        writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

const api = process.env['AUTOOPS_API'] ?? 'http://127.0.0.1:8080';

/** What the server draws first pages with (src/first-page/draw.tsx): one program that needs nothing beside it. */
const serverBuild: UserConfig = {
  plugins: [react()],
  define: { 'process.env.NODE_ENV': '"production"' },
  ssr: { noExternal: true, resolve: { conditions: ['@autoops/source', 'module', 'node', 'production'] } },
  build: { target: 'es2024', outDir: 'dist/server', copyPublicDir: false },
};

const browserBuild: UserConfig = {
  plugins: [react(), tokensInPage(), entryAfterPaint(), bundleBudget(), screenFiles(), compressed()],
  resolve: { conditions: ['@autoops/source', 'module', 'browser', 'development|production'] },
  server: { proxy: { '/api': api, '/healthz': api, '/readyz': api, '/metrics': api } },
  build: {
    target: 'es2024',
    sourcemap: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // A browser has six connections to a server without HTTP/2, and every further file waits for one: few files, each once.
        codeSplitting: {
          groups: [
            { name: 'libraries', tags: ['$initial'], test: /node_modules/ },
            { name: 'shell', tags: ['$initial'] },
            { name: PARTS, test: /apps.web.src/, minShareCount: 6 },
          ],
        },
      },
    },
  },
};

export default defineConfig(({ isSsrBuild }) => (isSsrBuild === true ? serverBuild : browserBuild));
