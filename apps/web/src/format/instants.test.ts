import { describe, expect, it } from 'vitest';
import { instantParser } from './instants.ts';

describe('instants', () => {
  it('are what Date.parse says, in any order and notation', () => {
    const start = Date.UTC(2026, 0, 15, 23, 58, 57, 1);
    const written = Array.from({ length: 400 }, (_, index) => new Date(start + index * 977).toISOString());
    const others = ['2026-01-15T14:02:07Z', '2026-01-15T14:02:07.5+02:00', '2026-01-15', 'none', ''];
    const instant = instantParser();
    const all = [...written, ...others, ...written.toReversed()];
    expect(all.map(instant)).toEqual(all.map((text) => Date.parse(text)));
  });
});
