import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentRules, type Toggle } from '@autoops/contracts';
import { parseDocument } from 'yaml';

/** Why a toggle could not be written; `readOnly` when the files belong to somebody else (a ConfigMap, another account). */
export class EnvironmentFileError extends Error {
  readonly readOnly: boolean;

  constructor(message: string, readOnly: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnvironmentFileError';
    this.readOnly = readOnly;
  }
}

/** `policies/environments/*.yaml` as a place to write toggles into; every process reloads the file by itself. */
export function environmentFiles(directory: string) {
  return {
    /** Sets one toggle and keeps the rest of the file, comments included. The file changes as a whole or not at all. */
    async setToggle(environment: string, kind: 'rules' | 'runbooks', id: string, toggle: Toggle): Promise<void> {
      const file = await fileOf(directory, environment);
      const document = parseDocument(await readFile(file, 'utf8'));
      document.setIn(['toggles', kind, id], toggle);
      EnvironmentRules.parse(document.toJS());
      const partial = `${file}.${randomUUID()}`;
      try {
        await writeFile(partial, document.toString(), { flag: 'wx' });
        await rename(partial, file);
      } catch (fault) {
        await rm(partial, { force: true }).catch(() => undefined);
        const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
        throw new EnvironmentFileError(
          `${file} cannot be written (${String(code)}). Change it where it comes from; it is reloaded by itself.`,
          true,
          { cause: fault },
        );
      }
    },
  };
}

async function fileOf(directory: string, environment: string): Promise<string> {
  for (const name of (await readdir(directory)).toSorted()) {
    if (!/\.ya?ml$/.test(name)) continue;
    const file = join(directory, name);
    const parsed = EnvironmentRules.safeParse(parseDocument(await readFile(file, 'utf8')).toJS());
    if (parsed.success && parsed.data.environment === environment) return file;
  }
  throw new EnvironmentFileError(`No file in ${directory} is about ${environment}.`, false);
}
