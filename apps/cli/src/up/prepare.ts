// Started by `autoops up`: makes the database ready and ends. A process of its own, because the migration library takes 200 MB
// that the supervisor would keep for life, and because it loads while PostgreSQL still starts. What to prepare comes as one line
// on stdin (passwords do not belong among the arguments); when the supervisor is gone before it said so, nothing is done.
import { createInterface } from 'node:readline';
import { prepareDatabase } from '@autoops/store';
import { ensureLocalTokens } from './local-tokens.ts';

for await (const line of createInterface({ input: process.stdin })) {
  const { adminUrl, dataDir, demo } = JSON.parse(line) as { adminUrl: string; dataDir: string; demo: boolean };
  const { appUrl } = await prepareDatabase({ adminUrl });
  await ensureLocalTokens(dataDir, appUrl, demo);
  process.stdout.write(`${appUrl}\n`);
  break;
}
process.exit();
