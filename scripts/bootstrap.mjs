#!/usr/bin/env node
// What `npm start`, `npm test`, `npm run setup|dev|check|bench` run. It must parse on Node 18 and has no dependencies,
// because it is what brings the right Node, pnpm, the dependencies and the build. Then it becomes the real program's parent.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, say, step } from './bootstrap/progress.mjs';
import { run, become } from './bootstrap/processes.mjs';
import { childEnvironment, ensureToolchain } from './bootstrap/toolchain.mjs';
import { installDependencies } from './bootstrap/dependencies.mjs';
import { installHooks } from './bootstrap/hooks.mjs';
import { root } from './bootstrap/root.mjs';

/** The program behind each command, as arguments of the toolchain's Node. */
const programs = {
  start: [join(root, 'apps/cli/dist/main.js'), 'up'],
  test: [join(root, 'scripts/test.mjs')],
  dev: [join(root, 'scripts/dev.mjs')],
  check: [join(root, 'scripts/check.mjs')],
  campaign: [join(root, 'scripts/campaign.mjs')],
  bench: [join(root, 'bench/main.ts')],
  screens: [join(root, 'scripts/screens.mjs')],
  screenshots: [join(root, 'scripts/screenshots.mjs')],
  briefs: [join(root, 'scripts/briefs.mjs')],
  setup: undefined,
};

async function main([command, ...args]) {
  const commands = `Use one of: ${Object.keys(programs).join(', ')}.`;
  if (command === '--help' || command === '-h') {
    process.stdout.write(`usage: node scripts/bootstrap.mjs COMMAND [...]\n\n${commands}\n`);
    return 0;
  }
  if (!Object.hasOwn(programs, command ?? ''))
    throw new Failure(`Unknown command ${command ?? '(none)'}.`, commands, { code: 2 });
  const toolchain = await ensureToolchain();
  const env = childEnvironment(toolchain);
  await installDependencies(toolchain, env);
  if (command !== 'check') {
    await step('build', 'Building', () =>
      run(join(root, 'node_modules/.bin/turbo'), ['run', 'build', '--output-logs=errors-only'], {
        env,
        explain: () => [
          'The build failed.',
          'The compiler says above what is wrong; after `git pull`, `npm run setup` again may be enough.',
        ],
      }),
    );
  }
  if (command === 'setup') {
    await installHooks(env);
    say('Ready. `npm start` starts AutoOps, `npm test` runs the tests, `npx --no autoops --help` lists the commands.');
    return 0;
  }
  const program = programs[command];
  const file = program[program.length - 1] === 'up' ? program[0] : program[program.length - 1];
  if (!existsSync(file))
    throw new Failure(
      `${file.slice(root.length + 1)} is missing.`,
      'The checkout is incomplete: `git status` shows what was deleted.',
    );
  return become(toolchain.node, [...program, ...args], { ...env, AUTOOPS_STOP_WITH_PARENT: '1' });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(
      `\n${error.output ? `${error.output}\n\n` : ''}AutoOps: ${error.message}\n         ${error.advice}\n`,
    );
    process.exit(error.code);
  },
);
