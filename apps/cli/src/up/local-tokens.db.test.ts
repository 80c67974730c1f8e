import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestPostgres, type TestPostgres } from '@autoops/local-postgres';
import { prepareDatabase } from '@autoops/store';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureLocalTokens } from './local-tokens.ts';
import { cliTokenFile } from './token-files.ts';

let postgres: TestPostgres;
let dataDir: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  dataDir = mkdtempSync(join(tmpdir(), 'local-tokens-test-'));
});
afterAll(async () => {
  await postgres.stop();
  rmSync(dataDir, { recursive: true });
});

it(
  'stores the hash of each token once, and keeps the token readable for its owner only',
  { timeout: 60_000 },
  async () => {
    const database = await postgres.createDatabase();
    const { appUrl } = await prepareDatabase({ adminUrl: database.url });
    await ensureLocalTokens(dataDir, appUrl, true);
    await ensureLocalTokens(dataDir, appUrl, true);

    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const { rows } = await admin.query('select name, role, source, hash from tokens order by role');
    await admin.end();
    const token = readFileSync(cliTokenFile(dataDir), 'utf8').trim();
    expect(rows).toEqual([
      {
        name: 'command line of this machine',
        role: 'admin',
        source: null,
        hash: createHash('sha256').update(token).digest('hex'),
      },
      expect.objectContaining({ name: 'sandbox', role: 'ingest', source: 'sandbox' }),
    ]);
    expect(statSync(cliTokenFile(dataDir)).mode & 0o777).toBe(0o600);
  },
);
