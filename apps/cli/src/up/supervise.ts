import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConsole, type Console } from './console.ts';
import type { Database } from './database.ts';
import { takeInstanceLock } from './instance-lock.ts';
import { ManagedProcess, type Program } from './managed-process.ts';
import { checkPort } from './port-check.ts';
import type { Parts } from './product.ts';
import { waitUntilReady } from './readiness.ts';
import { Refusal } from './refusal.ts';
import type { Settings } from './settings.ts';
import { stopRequest } from './stop-request.ts';
import { watchBuilds } from './watch-builds.ts';

export { Refusal } from './refusal.ts';

// So often a program may end by itself before the product was ever ready; more is a fault that waiting does not cure.
const MOST_EARLY_CRASHES = 3;

/**
 * Runs the product until it is asked to stop (signal, or the parent's death) and returns the exit code: 0 after an orderly end,
 * 1 when it never became ready. Throws a Refusal, with nothing started, for a taken port or data directory.
 */
export async function supervise(
  settings: Settings,
  parts: Parts,
  options: { watch: boolean; console?: Console },
): Promise<number> {
  makeDataDirectory(settings.dataDir);
  const runtimeFile = join(settings.dataDir, 'runtime.json');
  const release = takeInstanceLock(settings.dataDir, () => describeRunning(runtimeFile));
  const request = stopRequest();
  const console = options.console ?? createConsole(settings.dataDir);
  const running: ManagedProcess[] = [];
  const firstStart = !existsSync(join(settings.dataDir, 'sandbox'));
  let database: Database | undefined;
  const stopped = new AbortController();
  let unwatch = (): void => undefined;
  try {
    await checkPort(settings.host, settings.port);
    console.say(
      existsSync(join(settings.dataDir, 'postgres'))
        ? 'Starting AutoOps ...'
        : 'Starting AutoOps for the first time: making its database ...',
    );
    database = await parts.openDatabase(console.say);
    const appUrl = await parts.prepareDatabase(database.adminUrl);
    if (request.reason() !== undefined) return 0;

    const launch = (program: Program): ManagedProcess => {
      const log = console.logOf(program.name);
      const managed = new ManagedProcess(program, { line: (line) => log.write(line), say: console.say });
      running.push(managed);
      managed.start();
      return managed;
    };
    for (const program of await parts.programs(appUrl)) launch(program);

    const ready = await waitUntilReady(settings.url, {
      stopped: () => request.reason() !== undefined || running.some((managed) => managed.crashes >= MOST_EARLY_CRASHES),
      slow: (missing) => console.say(`Still starting: ${missing}`),
      failed: (missing) => console.say(`AutoOps did not become ready within 2 minutes: ${missing}`),
    });
    if (!ready) {
      if (request.reason() !== undefined) return 0;
      console.say(
        `AutoOps could not start. The programs' own words are above and in ${join(settings.dataDir, 'logs')}; \`npx --no autoops doctor\` checks this machine.`,
      );
      return 1;
    }
    if (parts.sandbox !== undefined) launch(parts.sandbox);
    writeRuntime(runtimeFile, settings, appUrl, running, database);
    for (const line of welcome(settings, firstStart)) console.say(line);
    if (options.watch) unwatch = watchBuilds(running, parts.builds, console.say);

    void parts.afterReady(console.say, stopped.signal);

    // A restart changes a pid: keep the file right for those who read it.
    const refresh = setInterval(() => writeRuntime(runtimeFile, settings, appUrl, running, database), 2000);
    console.say(`\nStopping AutoOps (${await request.asked}) ...`);
    clearInterval(refresh);
    return 0;
  } finally {
    unwatch();
    stopped.abort();
    await endAll(running, database, console);
    rmSync(runtimeFile, { force: true });
    rmSync(join(settings.dataDir, 'sandbox.json'), { force: true });
    release();
    request.done();
  }
}

/** Ends what runs, the last started first, then the database: nobody loses what it still has to write. */
async function endAll(running: ManagedProcess[], database: Database | undefined, console: Console): Promise<void> {
  for (const managed of [...running].reverse()) await managed.stop();
  await database?.stop();
  if (running.length > 0) console.say('AutoOps has stopped.');
}

function makeDataDirectory(dataDir: string): void {
  try {
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
  } catch (cause) {
    throw new Refusal(
      `the data directory ${dataDir} cannot be made (${(cause as Error).message}). Choose another one with AUTOOPS_DATA_DIR.`,
      { cause },
    );
  }
}

function describeRunning(runtimeFile: string): string {
  try {
    return `, ${(JSON.parse(readFileSync(runtimeFile, 'utf8')) as { url: string }).url}`;
  } catch {
    return ''; // still starting
  }
}

function writeRuntime(
  path: string,
  settings: Settings,
  databaseUrl: string,
  running: ManagedProcess[],
  database: Database | undefined,
): void {
  const pids = Object.fromEntries(
    [
      ...running.map((managed) => [managed.program.name, managed.pid] as const),
      ['postgres', database?.pid()] as const,
      ['up', process.pid] as const,
    ].filter(([, pid]) => pid !== undefined),
  );
  const text = JSON.stringify(
    { url: settings.url, pids, startedAt: startedAt.toISOString(), databaseUrl },
    undefined,
    2,
  );
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeFileSync(path, text, { mode: 0o600 });
}

const startedAt = new Date();

function welcome(settings: Settings, firstStart: boolean): string[] {
  const lines = ['', `AutoOps is ready: ${settings.publicUrl ?? settings.url}`];
  lines.push(
    settings.devLogin && settings.demo
      ? '  Sign in as operator@demo or approver@demo; this needs no password, on this computer only.'
      : '  Sign in with a token: `npx --no autoops token create --role operator` makes one.',
  );
  if (settings.demo) {
    if (!firstStart) lines.push('  The demo shop starts again; your history is kept.');
    else if (settings.firstBreak) {
      lines.push(
        '  A small shop starts now. For about a minute AutoOps learns what is normal for it (the dashboard counts along);',
        '  then the demo breaks the noisy job in staging, this once, and the first incident appears within 90 s from now.',
      );
    }
    lines.push('  Break something yourself:  npx --no autoops demo break bad-release --environment prod');
  } else {
    lines.push(
      '  Nothing is watched yet and every runbook is in shadow mode. `npx --no autoops token create --role ingest` makes a token for your metrics.',
    );
  }
  lines.push(`  Ctrl-C stops everything; history and logs stay in ${settings.dataDir}.`, '');
  return lines;
}
