import { describe, expect, it } from 'vitest';
import { fitting } from './fitting.ts';

const COLUMNS = [
  { key: 'what', width: 'minmax(200px,3fr)' },
  { key: 'state', width: '100px' },
  { key: 'owner', width: '120px', wideOnly: true },
  { key: 'change', width: 'minmax(150px,1fr)', wideOnly: true },
];
const keys = (available: number): string[] => fitting(COLUMNS, available).map(({ key }) => key);

describe('the columns of a table', () => {
  it('are all there where they have room', () => {
    expect(keys(Number.POSITIVE_INFINITY)).toEqual(['what', 'state', 'owner', 'change']);
    expect(keys(650)).toEqual(['what', 'state', 'owner', 'change']);
  });
  it('go from the last that is for wide screens, and only those', () => {
    expect(keys(649)).toEqual(['what', 'state', 'owner']);
    expect(keys(400)).toEqual(['what', 'state']);
    expect(keys(100)).toEqual(['what', 'state']);
  });
});
