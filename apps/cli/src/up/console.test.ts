import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createConsole } from './console.ts';

const LINES = [
  '{"level":30,"time":0,"name":"worker","msg":"is ready"}',
  '{"ready":true,"controlUrl":"http://127.0.0.1:1"}',
  'plain',
];
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'console-test-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** What is printed of the lines of a program called sandbox. */
function printed(isTTY: boolean): string {
  const out = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream;
  const log = createConsole(dataDir, out).logOf('sandbox');
  for (const line of LINES) log.write(line);
  log.close();
  return String(out.read());
}

it('prints for people on a terminal: log lines in words, and nothing that programs say to each other', () => {
  const text = printed(true);
  expect(text).toContain('is ready');
  expect(text).toContain('sandbox  plain');
  expect(text).not.toContain('controlUrl');
  expect(readFileSync(join(dataDir, 'logs/sandbox.log'), 'utf8').trim().split('\n')).toEqual(LINES);
});

it('passes lines as they are where nobody looks', () => {
  expect(printed(false)).toBe(`${LINES.join('\n')}\n`);
});
