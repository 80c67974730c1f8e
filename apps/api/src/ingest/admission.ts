import { ProblemError } from '../answers/problem.ts';

/** At most this many batches wait for the store at once in this process, and this many inflated bytes of them. */
const MOST_BATCHES = 32;
const MOST_BYTES = 256 * 1024 * 1024;

/** Back-pressure: what the store cannot take soon is refused with 429 instead of piling up in memory. Nothing refused was stored. */
export class Admission {
  #batches = 0;
  #bytes = 0;

  /** Runs `work` with its bytes counted, or throws `store-behind`. */
  async during<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#batches >= MOST_BATCHES || this.#bytes + bytes > MOST_BYTES) {
      throw new ProblemError('store-behind', `${this.#batches} batches wait for the store.`, { retryAfterSeconds: 1 });
    }
    this.#batches += 1;
    this.#bytes += bytes;
    try {
      return await work();
    } finally {
      this.#batches -= 1;
      this.#bytes -= bytes;
    }
  }
}
