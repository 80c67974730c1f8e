import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Identity = z.object({ instance: z.string(), anybodyHasBroken: z.boolean() });

/** What the sandbox remembers of itself over restarts: who it is, and whether anybody has ever broken it. */
export class SandboxIdentity {
  readonly #file: string;
  #state: z.infer<typeof Identity>;

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'identity.json');
    this.#state = existsSync(this.#file)
      ? Identity.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
      : { instance: randomUUID(), anybodyHasBroken: false };
    this.#save();
  }

  get anybodyHasBroken(): boolean {
    return this.#state.anybodyHasBroken;
  }

  rememberBroken(): void {
    if (this.#state.anybodyHasBroken) return;
    this.#state = { ...this.#state, anybodyHasBroken: true };
    this.#save();
  }

  /** Returns a target's uid: the same for the same key as long as the data directory lives. */
  uidOf(key: string): string {
    const hex = createHash('sha256').update(`${this.#state.instance}/${key}`).digest('hex');
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `8${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }

  #save(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#state), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}
