import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROUTES } from '@autoops/contracts';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const FILES = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'docs/reference'].flatMap((folder) =>
    readdirSync(`${root}${folder}`)
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];
const text = new Map(FILES.map((file) => [file, readFileSync(`${root}${file}`, 'utf8')]));

/** Command lines in code: lines of blocks, and inline code that begins with the program. */
const found = [...text].flatMap(([file, content]) =>
  [...content.matchAll(/(^|`)(?:\$ )?(?:npx --no )?autoops ((?:-{0,2}[a-z])[^\n`#]*)/gm)].map(
    ([, before, line = '']) => ({ file, inline: before === '`', line: line.trim() }),
  ),
);
/** In a sentence a command may stand by its name alone. */
const names = leaves(await createProgram());
const isName = ({ inline, line }: (typeof found)[number]): boolean => inline && names.includes(line);
const commandLines = found.filter((one) => !isName(one)).map(({ file, line }) => [file, line] as const);

/** The words of a shell line; quotes hold words together. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? found[3] ?? '');
}

/** The real program, whose commands note that they were called and do nothing. */
async function listening(commandLine: readonly string[]): Promise<{ program: Command; called: string[] }> {
  const called: string[] = [];
  const program = await createProgram(commandLine);
  const quieten = (command: Command, path: readonly string[]): void => {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => void called.push(path.join(' ')));
    for (const child of command.commands) quieten(child, [...path, child.name()]);
  };
  quieten(program, []);
  return { program, called };
}

function leaves(command: Command, path: readonly string[] = []): readonly string[] {
  return command.commands.length === 0
    ? [path.join(' ')]
    : command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
}

describe('the documents', () => {
  it.each(commandLines)('%s: autoops %s is a command line of the program', async (_file, line) => {
    if (['help', '--help', 'COMMAND --help'].includes(line)) return;
    const { program, called } = await listening(words(line));
    await program.parseAsync(words(line), { from: 'user' });
    expect(called).toHaveLength(1);
  });

  it('refuse what is none', async () => {
    for (const line of ['bundle verfy x.json', 'replay', 'get incidents --colour red', 'freeze a b c']) {
      const { program, called } = await listening(words(line));
      await expect(program.parseAsync(words(line), { from: 'user' }), line).rejects.toThrow();
      expect(called).toEqual([]);
    }
  });

  it('name every command of the program in the reference', () => {
    const reference = text.get('docs/reference/cli.md') ?? '';
    for (const command of names) expect(reference).toContain(`autoops ${command}`);
  });

  it('name no route that the API does not have', () => {
    const paths = ROUTES.map(({ method, path }) => ({ method, parts: path.split('/') }));
    const known = (method: string | undefined, path: string): boolean => {
      const parts = path.split('/');
      return paths.some(
        (route) =>
          (method === undefined || method === route.method) &&
          route.parts.length === parts.length &&
          route.parts.every((part, index) => part === parts[index] || (part.startsWith(':') && parts[index] !== '')),
      );
    };
    const named = [...text].flatMap(([file, content]) =>
      [
        ...content.matchAll(
          /`(?:(GET|POST|PUT|DELETE|PATCH) )?(\/(?:api\/v1|v1|healthz|readyz|metrics)[a-zA-Z0-9/:{}._-]*)[^`]*`/g,
        ),
      ].map((found) => ({ file, method: found[1], path: (found[2] ?? '').replaceAll(/\{[^}]*\}/g, 'x') })),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ method, path }) => !path.endsWith('/') && !known(method, path))).toEqual([]);
  });
});
