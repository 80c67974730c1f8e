import { fileURLToPath } from 'node:url';
import { createApplication, UndeclaredRoutesError } from './application.ts';
import { composeAdapters } from './composition.ts';
import { openSharedCounters } from './limits/shared-counters.ts';
import { readSettings } from './settings.ts';
import { createLogger } from './starting/logger.ts';
import { leaveCredentials } from './starting/own-credentials.ts';
import { isLoopback, UNSAFE_SETTINGS_EXIT_CODE, unsafeToStart } from './starting/safe-start.ts';
import { loadDrawing } from './web/drawing.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

async function main(): Promise<void> {
  const settings = readSettings(process.env, root);
  const refusal = unsafeToStart(settings);
  if (refusal !== undefined) {
    process.stderr.write(`${refusal}\n`);
    process.exit(UNSAFE_SETTINGS_EXIT_CODE);
  }
  const logger = createLogger(settings.logLevel);
  const [adapters, counters] = await Promise.all([composeAdapters(settings, logger), openSharedCounters(settings)]);
  const application = await createApplication({ settings, adapters, counters, logger });
  await application.listen(settings.port, settings.host);
  const url = settings.publicUrl ?? (await application.getUrl()).replace('[::1]', '127.0.0.1');
  if (settings.devLogin && isLoopback(settings.host))
    await leaveCredentials(adapters.access, settings.dataDir, { url, demo: settings.demo });
  logger.info({ url }, 'listening');

  // The database goes last: answers under way still need it (stack-notes 7).
  let ending: Promise<void> | undefined;
  const end = (): void => {
    ending ??= (async () => {
      await application.close();
      await Promise.allSettled([counters.close(), adapters.close()]);
      process.exit(0);
    })();
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);

  // After the start, not in it: it takes most of a second.
  await (await loadDrawing(settings.webDir))?.warmUp().catch((fault: unknown) => {
    logger.warn({ err: fault }, 'what draws first pages could not be warmed up');
  });
}

main().catch((fault: unknown) => {
  const message = fault instanceof Error ? fault.message : String(fault);
  process.stderr.write(`The API cannot start: ${message}\n`);
  if (!(fault instanceof UndeclaredRoutesError) && fault instanceof Error && fault.stack !== undefined)
    process.stderr.write(`${fault.stack}\n`);
  process.exit(1);
});
