import { Runbook } from '@autoops/contracts';
import { z } from 'zod';

/** The published JSON Schema of a runbook file, as it is written in docs/reference: what may stand in the file, before defaults. */
export function runbookSchemaText(): string {
  const schema = z.toJSONSchema(Runbook, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' });
  return `${JSON.stringify({ ...schema, $id: 'https://autoops.dev/schemas/runbook.v1.json', title: 'AutoOps runbook' }, undefined, 2)}\n`;
}
