import { afterEach, expect, it } from 'vitest';
import { newKey } from './new-key.ts';

const own = crypto.randomUUID;
afterEach(() => {
  crypto.randomUUID = own;
});

it('makes keys also where the browser has no randomUUID: a page by plain http from another machine', () => {
  Reflect.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true, writable: true });
  const keys = Array.from({ length: 100 }, newKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
