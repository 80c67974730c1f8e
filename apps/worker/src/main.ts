import { existsSync } from 'node:fs';
import { readSettings } from './settings.ts';

if (existsSync('.env')) process.loadEnvFile('.env');
// Before anything that it instruments is loaded; nothing is loaded when nobody collects traces.
if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined) await import('./otel.ts');
const { startWorker } = await import('./worker.ts');

try {
  const worker = await startWorker(readSettings(process.env, process.stdout.isTTY === true));
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    // The supervisor waits 3 s. What cannot drain in time is found again by the sweeper: nothing is lost by leaving.
    setTimeout(() => process.exit(0), 2_500).unref();
    worker.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
} catch (error) {
  process.stderr.write(`The worker could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
