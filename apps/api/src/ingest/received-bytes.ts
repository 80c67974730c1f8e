import type { Readable } from 'node:stream';
import { ProblemError } from '../answers/problem.ts';

/** Bodies that are being received or worked on, all requests of this process together. */
const MOST_IN_HAND = 128 * 1024 * 1024;
/** So much of a refused body is read and thrown away, so that its sender gets to read the answer before the connection ends. */
const MOST_DRAINED = 64 * 1024 * 1024;

/** Bounds the memory that received bodies take: what goes beyond it is refused with 429, and nothing of it was stored. */
export class ReceivedBytes {
  readonly #most: number;
  #inHand = 0;

  constructor(most = MOST_IN_HAND) {
    this.#most = most;
  }

  /**
   * Reads a body of at most `limit` bytes; they count until `done` resolves. Throws `too-large` for a larger one, `store-behind`
   * when there is no room, and in both cases keeps nothing of it.
   */
  async collect(payload: Readable, limit: number, declared: number, done: Promise<void>): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let kept = 0;
    let seen = 0;
    let problem: ProblemError | undefined;
    void done.then(() => (this.#inHand -= kept));
    if (declared > limit) problem = tooLarge(limit);
    if (declared > MOST_DRAINED) throw tooLarge(limit);
    for await (const chunk of payload as AsyncIterable<Buffer>) {
      seen += chunk.length;
      problem ??= this.#refusal(seen, limit, chunk.length);
      if (problem === undefined) {
        this.#inHand += chunk.length;
        kept += chunk.length;
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        if (seen > MOST_DRAINED) break;
      }
    }
    if (problem !== undefined) throw problem;
    return Buffer.concat(chunks);
  }

  #refusal(seen: number, limit: number, more: number): ProblemError | undefined {
    if (seen > limit) return tooLarge(limit);
    if (this.#inHand + more <= this.#most) return undefined;
    return new ProblemError('store-behind', 'Too many bytes are being received at once.', { retryAfterSeconds: 1 });
  }
}

function tooLarge(limit: number): ProblemError {
  return new ProblemError('too-large', `The body is larger than ${limit / 1024 / 1024} MiB. Send smaller batches.`, {
    errors: [{ pointer: `byte ${limit}`, detail: 'the last byte that is taken' }],
  });
}
