import { v4 } from 'uuid';

/** An idempotency key. The browser's own `crypto.randomUUID` is missing where a page comes by plain http from another machine. */
export function newKey(): string {
  return v4();
}
