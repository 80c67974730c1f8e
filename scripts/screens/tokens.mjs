import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The token of each role of a running product. */
export function readTokens({ dataDir }) {
  return JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')).tokens;
}
