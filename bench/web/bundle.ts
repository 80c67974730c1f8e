import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Figure } from '../figure.ts';

const KB = 1000;

/** Sizes of the built dashboard's JavaScript as it goes over the wire (gzip): first load, largest route, everything. */
export function bundleFigures(dist: string): readonly Figure[] {
  const assets = join(dist, 'assets');
  const sizes = new Map<string, number>();
  const imports = new Map<string, readonly string[]>();
  for (const name of readdirSync(assets).filter((file) => file.endsWith('.js'))) {
    const code = readFileSync(join(assets, name), 'utf8');
    sizes.set(name, gzipSync(code).length);
    // Static imports alone: what is behind `import()` is loaded by the route that asks for it.
    imports.set(
      name,
      [...code.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)].map(([, file]) => file ?? ''),
    );
  }
  const closure = (start: readonly string[]): Set<string> => {
    const found = new Set<string>();
    const queue = [...start];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (found.has(name) || !sizes.has(name)) continue;
      found.add(name);
      queue.push(...(imports.get(name) ?? []));
    }
    return found;
  };
  const sum = (names: Iterable<string>): number =>
    [...names].reduce((all, name) => all + (sizes.get(name) ?? 0), 0) / KB;
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const first = closure([...page.matchAll(/\/assets\/([^"]+\.js)/g)].map(([, file]) => file ?? ''));
  const routes = [...sizes.keys()].filter((name) => name.includes('-page-'));
  const route = (name: string): number => sum([...closure([name])].filter((each) => !first.has(each)));
  const largest = routes.toSorted((a, b) => route(b) - route(a))[0] ?? '';
  const bar = (limit: number, value: number) => ({ ratio: { to: `the ${limit} kB allowed`, value: value / limit } });
  const firstLoad = sum(first);
  const total = sum(sizes.keys());
  return [
    { name: 'entry and shell JavaScript', unit: 'kB gz', value: firstLoad, ...bar(250, firstLoad) },
    {
      name: 'largest route with all it adds',
      unit: 'kB gz',
      value: route(largest),
      ...bar(60, route(largest)),
      note: largest.replace(/-[^-]+\.js$/, ''),
    },
    { name: 'all JavaScript', unit: 'kB gz', value: total, ...bar(700, total) },
  ];
}
