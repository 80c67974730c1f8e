import { afterEach, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { asLines, wholeAudit } from './whole-audit.ts';

let restore = (): void => undefined;
afterEach(() => restore());

it('reads the filtered log to its end and puts it into the order of the chain', async () => {
  const asked: string[] = [];
  restore = fakeApi({
    'GET /api/v1/audit': (_body, url) => {
      asked.push(url.search);
      return url.searchParams.get('cursor') === null
        ? { items: [{ seq: 3 }, { seq: 2 }], next: 'two' }
        : { items: [{ seq: 1 }] };
    },
  }).restore;
  const counts: number[] = [];
  const entries = await wholeAudit({ actor: 'operator@demo', verb: '' }, (count) => counts.push(count));
  expect(asLines(entries)).toBe('{"seq":1}\n{"seq":2}\n{"seq":3}\n');
  expect(counts).toEqual([2, 3]);
  expect(asked).toEqual(['?actor=operator%40demo&limit=200', '?actor=operator%40demo&limit=200&cursor=two']);
});
