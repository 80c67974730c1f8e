import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, type LedgerRow } from './ledger.ts';

const row = (opId: string): LedgerRow => ({
  opId,
  kind: 'scale',
  target: 'staging/checkout',
  at: '2026-01-15T12:00:00.000Z',
  applied: true,
  environment: 'staging',
});
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-ledger-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('Ledger', () => {
  it('keeps its rows in order over a restart', () => {
    const file = join(directory, 'ledger.jsonl');
    const first = new Ledger(file);
    first.append(row('one'));
    first.append(row('two'));
    first.close();
    const second = new Ledger(file);
    second.append(row('three'));
    second.close();
    const third = new Ledger(file);
    expect(third.rows.map(({ opId }) => opId)).toEqual(['one', 'two', 'three']);
    third.close();
  });

  it('leaves out a last line that was cut off, and writes on after it', () => {
    const file = join(directory, 'ledger.jsonl');
    const first = new Ledger(file);
    first.append(row('one'));
    first.close();
    appendFileSync(file, '{"opId":"tor');
    const second = new Ledger(file);
    second.append(row('two'));
    second.close();
    const third = new Ledger(file);
    expect(third.rows.map(({ opId }) => opId)).toEqual(['one', 'two']);
    third.close();
  });
});
