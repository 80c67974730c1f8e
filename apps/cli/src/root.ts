import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root directory (this file lies in apps/cli/src or apps/cli/dist). */
export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
