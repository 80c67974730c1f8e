import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runbookSchemaText } from './runbook-schema.ts';

it('the published schema is the one that runbooks are read with (else: node --conditions=@autoops/source scripts/runbook-schema.mjs)', async () => {
  expect(await readFile(join(import.meta.dirname, '../../../../docs/reference/runbook.schema.json'), 'utf8')).toBe(
    runbookSchemaText(),
  );
});
