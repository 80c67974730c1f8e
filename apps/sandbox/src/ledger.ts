import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { z } from 'zod';

const Result = z.object({
  opId: z.string(),
  applied: z.boolean(),
  target: z.string(),
  targetUid: z.string(),
  before: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()),
  inverse: z.object({ kind: z.string(), args: z.record(z.string(), z.unknown()) }),
});
/** What an action answers. */
export type ActionResult = z.infer<typeof Result>;

const Row = z.object({
  opId: z.string(),
  kind: z.string(),
  target: z.string(),
  at: z.string(),
  applied: z.boolean(),
  environment: z.string(),
  /** Absent for effects that nobody asked for by a key (a time to live that ended, a reset). */
  request: z.string().optional(),
  epoch: z.number().optional(),
  result: Result.optional(),
});
/** One effect that really happened. */
export type LedgerRow = z.infer<typeof Row>;

/** The append-only ledger of effects: one JSON line each, on disk before anybody is told. */
export class Ledger {
  readonly #descriptor: number;
  readonly #rows: LedgerRow[] = [];

  /** Opens a ledger file and reads it; a half-written last line (killed while writing: nobody was told) is cut off. */
  constructor(file: string) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const lines = text.split('\n');
    const torn = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.#rows.push(Row.parse(JSON.parse(line)));
    if (torn !== '') truncateSync(file, Buffer.byteLength(text) - Buffer.byteLength(torn));
    this.#descriptor = openSync(file, 'a', 0o600);
  }

  get rows(): readonly LedgerRow[] {
    return this.#rows;
  }

  append(row: LedgerRow): void {
    writeSync(this.#descriptor, `${JSON.stringify(row)}\n`);
    fsyncSync(this.#descriptor);
    this.#rows.push(row);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
