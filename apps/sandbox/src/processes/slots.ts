type Waiter = (held: boolean) => void;

/** The request slots of a replica: a fixed number, first come first served, with a bounded wait. */
export class Slots {
  readonly #total: number;
  readonly #waiters: Waiter[] = [];
  #busy = 0;
  #busyMs = 0;
  #changedAt = performance.now();

  constructor(total: number) {
    this.#total = total;
  }

  /** Resolves true when a slot is held, false when none came free within `timeoutMs`. */
  acquire(timeoutMs: number): Promise<boolean> {
    if (this.#busy < this.#total) {
      this.#change(1);
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const waiter: Waiter = (held) => {
        clearTimeout(timer);
        resolve(held);
      };
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve(false);
      }, timeoutMs);
      this.#waiters.push(waiter);
    });
  }

  /** Frees a slot, or hands it to whoever has waited longest. */
  release(): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#change(-1);
    else next(true);
  }

  get busy(): number {
    return this.#busy;
  }

  /** Returns the mean number of busy slots since the last call. */
  meanBusySinceLastCall(elapsedMs: number): number {
    this.#change(0);
    const mean = elapsedMs > 0 ? this.#busyMs / elapsedMs : this.#busy;
    this.#busyMs = 0;
    return Math.min(this.#total, mean);
  }

  #change(by: number): void {
    const now = performance.now();
    this.#busyMs += this.#busy * (now - this.#changedAt);
    this.#changedAt = now;
    this.#busy += by;
  }
}
