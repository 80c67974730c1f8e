import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Help, type Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';

const help = new Help();
// Loading every command takes its time, and is not what the tests are about.
const whole = await createProgram();
const lines = (program: Command) =>
  program.commands.map((command) => ({ term: help.subcommandTerm(command), description: command.description() }));

describe('the program', () => {
  it('lists commands that are not loaded as they are', async () => {
    const lazy = await createProgram([]);
    for (const { term, description } of lines(whole)) {
      expect(lazy.helpInformation()).toContain(`\n  ${term} `);
      expect(lines(lazy).map((line) => line.description)).toContain(description);
    }
    expect(lazy.helpInformation()).toBe(whole.helpInformation());
  });

  it.each([[['get', 'incidents']], [['help', 'get']], [['get', '--help']]])(
    'loads the command that %s names, and no other',
    async (words) => {
      const program = await createProgram(words);
      const loaded = program.commands.filter((command) => command.registeredArguments.length > 0);
      expect(loaded.map((command) => command.name())).toEqual(['get']);
    },
  );

  it('needs neither engines nor schemas for its help', { timeout: 60_000 }, () => {
    const program = fileURLToPath(new URL('program.ts', import.meta.url));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--conditions=@autoops/source',
        '--input-type=module',
        '-e',
        `import { registerHooks } from 'node:module';
         const loaded = [];
         registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
         const { createProgram } = await import(${JSON.stringify(program)});
         await createProgram(['--help']);
         console.log(JSON.stringify(loaded));`,
      ],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const loaded = (JSON.parse(stdout) as string[]).filter((url) => url.startsWith('file:'));
    expect(loaded.filter((url) => !/program\.ts$|\/commander\//.test(url))).toEqual([]);
  });
});
