import type { Clock, IdGenerator } from '../clock.ts';

/** A clock that tests move by hand. */
export class FakeClock implements Clock {
  #nowMs: number;

  constructor(start: Date) {
    this.#nowMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  advance(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }
}

/** Valid, distinct and repeatable identifiers. */
export class SequentialIds implements IdGenerator {
  #next = 1;

  uuid(): string {
    return `00000000-0000-7000-8000-${String(this.#next++).padStart(12, '0')}`;
  }
}
