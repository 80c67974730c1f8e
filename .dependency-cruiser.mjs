// The layers of ARCHITECTURE.md as rules. Each message says how to repair a violation.
const stage = '(detector|forecaster|planner|policy|remediator|explainer)';
const adapter = '(connectors|store|reports)';
const testOnly = '[.](test|conformance|property|fixture)[.]tsx?$|/test-[^/]+[.]ts$|/__fixtures__/|/fakes/';
const npm = (names) => `node_modules/(${names})(/|$)`;
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    // Without the condition, workspace imports do not resolve to sources and path rules pass silently.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@autoops/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
  forbidden: [
    rule(
      'resolvable',
      'Declare the dependency or its export; an unresolved edge escapes every rule below.',
      { pathNot: '^apps/web/' }, // Vite resolves style sheets and assets there; its imports are checked by its own build
      { couldNotResolve: true },
    ),
    rule('no-cycles', 'Move the shared part down.', {}, { circular: true }),
    rule(
      'contracts-is-the-floor',
      'Contracts may use zod only.',
      { path: '^packages/contracts/', pathNot: testOnly },
      { pathNot: ['^packages/contracts/', npm('zod')] },
    ),
    rule(
      'floor-packages-stand-alone',
      'digest and charts import no package of ours.',
      { path: '^packages/(digest|charts)/', pathNot: testOnly },
      { path: '^(packages|apps)/', pathNot: '^packages/(digest|charts)/' },
    ),
    rule(
      'pipeline-is-pure',
      'No node:, SDK or framework here: take a port as an argument.',
      { path: '^packages/pipeline/', pathNot: testOnly },
      // pure-rand: generators whose seed is an argument, so a replay draws the same numbers
      { pathNot: ['^packages/(contracts|digest|charts|pipeline)/', npm('zod|pure-rand')] },
    ),
    rule(
      'stages-are-strangers',
      'Share through contracts, ports or incident/.',
      { path: `^packages/pipeline/src/${stage}/`, pathNot: testOnly },
      { path: `^packages/pipeline/src/${stage}/`, pathNot: '^packages/pipeline/src/$1/' },
    ),
    rule(
      'adapters-see-ports-only',
      'An adapter implements a port; it never calls a stage.',
      { path: `^packages/${adapter}/`, pathNot: testOnly },
      { path: '^packages/pipeline/', pathNot: '^packages/pipeline/src/ports/' },
    ),
    rule(
      'adapters-are-strangers',
      'Compose them in an app.',
      { path: `^packages/${adapter}/`, pathNot: testOnly },
      { path: `^packages/${adapter}/`, pathNot: '^packages/$1/' },
    ),
    rule(
      'one-composition-root',
      'Inject the port; only composition.ts builds adapters.',
      { path: '^apps/(api|worker)/', pathNot: ['/composition[.]ts$', '/composition/', testOnly] },
      { path: `^packages/${adapter}/` },
    ),
    rule(
      'web-sees-contracts-only',
      'Talk to the API, not to its insides.',
      { path: '^apps/web/', pathNot: testOnly },
      { path: '^(packages|apps)/', pathNot: ['^packages/(contracts|charts)/', '^apps/web/'] },
    ),
    rule(
      'web-takes-types-only',
      'Import types of contracts: a value brings zod along, which asks for eval and is refused by the content security policy.',
      { path: '^apps/web/', pathNot: testOnly },
      { path: '^packages/contracts/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'apps-are-strangers',
      'Share through packages/.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    rule('packages-below-apps', 'Lower never imports higher.', { path: '^packages/' }, { path: '^apps/' }),
    rule(
      'test-server-is-for-tests',
      'Only the CLI, the sandbox and tests start a local PostgreSQL.',
      { path: '^(apps/(api|worker|web)|packages)/', pathNot: [testOnly, '^packages/local-postgres/', '/testing/'] },
      { path: '^packages/local-postgres/' },
    ),
  ],
};
