// Runs the real supervisor on tiny programs: `supervisor.ts SETTINGS` with {dataDir, port, journal, api?, worker?, sandbox?} as JSON.
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Program } from '../managed-process.ts';
import { readSettings } from '../settings.ts';
import { Refusal, supervise } from '../supervise.ts';

type Given = { dataDir: string; port: number; journal: string; options?: Record<string, object> };

const given = JSON.parse(process.argv[2] as string) as Given;
const settings = readSettings({ AUTOOPS_DATA_DIR: given.dataDir, AUTOOPS_PORT: String(given.port) });
const file = fileURLToPath(new URL('./program.mjs', import.meta.url));
const program = (name: string, options: object = {}): Program => ({
  name,
  args: [file, name, given.journal, JSON.stringify({ ...options, ...given.options?.[name] })],
  env: { PATH: process.env['PATH'] ?? '' },
  patience: 1000,
});
const note = (what: string) => appendFileSync(given.journal, `${what}\n`);

try {
  process.exitCode = await supervise(
    settings,
    {
      openDatabase: async () => {
        note('started postgres 0');
        return { adminUrl: 'postgres://admin', pid: () => undefined, stop: async () => note('ended postgres 0') };
      },
      prepareDatabase: async (adminUrl) => {
        note(`prepared ${adminUrl}`);
        return 'postgres://app';
      },
      programs: async () => [program('api', { port: given.port }), program('worker')],
      sandbox: program('sandbox'),
      afterReady: async () => undefined,
      builds: () => [],
    },
    { watch: false },
  );
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(error.message);
  process.exitCode = 1;
}
process.exit();
