import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLog } from './logs.ts';

describe('logs parse', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'autoops-logs-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const text = 'took 5 ms, "quoted"\r\ntook 7 ms, "quoted"\n\nstopped';

  it.each(['plain.log', 'packed.log.gz'])('writes a row per line of %s', async (name) => {
    const input = join(folder, name);
    writeFileSync(input, name.endsWith('.gz') ? gzipSync(text) : text);
    const out = join(folder, 'out.csv');
    expect(await parseLog(input, out)).toEqual({ lines: 4, templates: 3 });
    const rows = readFileSync(out, 'utf8').split('\n');
    expect(rows[0]).toBe('line,template_id,template');
    expect(rows[1]).toMatch(/^1,[0-9a-f]{12},"took <\*>, ""quoted"""$/);
    expect(rows[2]?.slice(1)).toBe(rows[1]?.slice(1));
    expect(rows[3]).toMatch(/^3,[0-9a-f]{12},$/);
    expect(rows[4]).toMatch(/^4,[0-9a-f]{12},stopped$/);
    expect(rows.slice(5)).toEqual(['']);
  });

  it('takes one line, bytes that are no text and lines without end', async () => {
    const input = join(folder, 'odd.log');
    const out = join(folder, 'out.csv');
    writeFileSync(input, 'one');
    expect(await parseLog(input, out)).toEqual({ lines: 1, templates: 1 });
    const bytes = Buffer.from([0x61, 0, 0xff, 0xfe, 0x20, 0xc3, 0x28, 0x0a]);
    writeFileSync(input, Buffer.concat([bytes, Buffer.from(`${'a'.repeat(1 << 20)}\n${'[('.repeat(1 << 18)}\n`)]));
    expect((await parseLog(input, out)).lines).toBe(3);
    expect(readFileSync(out, 'utf8').length).toBeLessThan(1 << 16);
  });

  it('takes an empty file, and names what it cannot read or write', async () => {
    const empty = join(folder, 'empty.log');
    writeFileSync(empty, '');
    expect(await parseLog(empty, join(folder, 'out.csv'))).toEqual({ lines: 0, templates: 0 });
    await expect(parseLog(join(folder, 'none.log'), join(folder, 'out.csv'))).rejects.toThrow(
      /none\.log cannot be read: there is no such file/,
    );
    const broken = join(folder, 'broken.gz');
    writeFileSync(broken, 'no gzip');
    await expect(parseLog(broken, join(folder, 'out.csv'))).rejects.toThrow(/not whole gzip data/);
    await expect(parseLog(empty, join(folder, 'none', 'out.csv'))).rejects.toThrow(/out\.csv cannot be written/);
  });
});
