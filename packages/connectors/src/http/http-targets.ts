import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HttpTarget } from './http-connector.ts';

const HttpTargets = z.array(HttpTarget);

/** Targets of the http tool, from `http-targets.json` of the configuration folder; none without the file. Throws a sentence that names it. */
export function readHttpTargets(configDir: string): readonly HttpTarget[] {
  try {
    return HttpTargets.parse(JSON.parse(readFileSync(join(configDir, 'http-targets.json'), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new Error(`http-targets.json: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
