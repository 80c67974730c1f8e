// Writes docs/reference/runbook.schema.json (JSON Schema 2020-12) from the schema that AutoOps itself reads runbooks with.
// Run by a person after a change of packages/contracts/src/runbook.ts; a test compares. Needs a Node that strips types.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbookSchemaText } from '../packages/connectors/src/config-files/runbook-schema.ts';
import { readOptions } from './options.ts';

readOptions('usage: node scripts/runbook-schema.mjs   (writes docs/reference/runbook.schema.json)', { options: {} });
const file = join(import.meta.dirname, '../docs/reference/runbook.schema.json');
writeFileSync(file, runbookSchemaText());
process.stdout.write('docs/reference/runbook.schema.json\n');
