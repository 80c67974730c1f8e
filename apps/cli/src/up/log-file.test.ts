import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LogFile } from './log-file.ts';

it('rotates by size and keeps three old files', () => {
  const home = mkdtempSync(join(tmpdir(), 'log-file-test-'));
  const log = new LogFile(join(home, 'api.log'), 100);
  for (let number = 1; number <= 60; number += 1) log.write(`line ${number} ${'x'.repeat(40)}`);
  log.close();
  expect(readdirSync(home).sort()).toEqual(['api.log', 'api.log.1', 'api.log.2', 'api.log.3']);
  expect(readFileSync(join(home, 'api.log'), 'utf8')).toContain('line 60');
  rmSync(home, { recursive: true });
});
