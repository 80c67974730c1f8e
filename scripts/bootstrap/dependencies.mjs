import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './progress.mjs';
import { run } from './processes.mjs';
import { root } from './root.mjs';
import { explainFetch } from './toolchain.mjs';

/** Installs exactly what pnpm-lock.yaml lists. Always run: without anything to do it takes pnpm a fraction of a second and no network. */
export function installDependencies(toolchain, env) {
  const first = !existsSync(join(root, 'node_modules/.modules.yaml'));
  return step('dependencies', first ? 'Installing dependencies' : 'Updating dependencies', () =>
    run(
      toolchain.pnpm,
      [
        'install',
        '--frozen-lockfile',
        '--prefer-offline',
        '--reporter=append-only',
        '--config.confirmModulesPurge=false',
      ],
      {
        env,
        explain: (output) =>
          /OUTDATED_LOCKFILE/.test(output)
            ? [
                'pnpm-lock.yaml does not fit the package.json files.',
                `After editing a package.json run \`${toolchain.pnpm} install\` and commit the lockfile.`,
              ]
            : explainFetch(output),
      },
    ),
  );
}
