import { describe, expect, it } from 'vitest';
import { csvRows } from '../bench/engines/csv.ts';
import { groupingScore } from '../bench/engines/grouping-score.ts';

describe('groupingScore', () => {
  it('counts lines of groups that agree exactly, and templates', () => {
    expect(groupingScore(['a', 'a', 'b'], [1, 1, 2])).toEqual({ accuracy: 1, f1: 1 });
    // b is split: its two lines and both halves are wrong, a is right
    expect(groupingScore(['a', 'a', 'b', 'b'], [1, 1, 2, 3])).toEqual({ accuracy: 0.5, f1: 2 / 5 });
    // joined: everything is wrong
    expect(groupingScore(['a', 'a', 'b'], [1, 1, 1])).toEqual({ accuracy: 0, f1: 0 });
  });
});

describe('csvRows', () => {
  it('reads quotes, commas and line ends within fields', () => {
    expect(csvRows('a,b\r\n"x, ""y""\nz",\n')).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', ''],
    ]);
    expect(() => csvRows('a"b,c\n"d"e\n')).toThrow(SyntaxError);
  });
});
