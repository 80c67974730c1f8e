import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '@autoops/digest';
import { describe, expect, it } from 'vitest';
import { aBundleInput } from '../record.fixture.ts';
import type { BriefInput } from './brief-input.ts';
import { buildBrief } from './brief.ts';

function aBriefInput(set: Partial<BriefInput> = {}): BriefInput {
  const record = aBundleInput();
  const start = Date.parse(record.incident.openedAt) - 120_000;
  const sli = Array.from({ length: 60 }, (_, index) => ({
    at: start + index * 5000,
    value: index > 23 && index < 36 ? 0.1 : 0.001,
    low: 0,
    high: 0.009,
  }));
  return {
    ...record,
    sli,
    budget: sli.map((point, index) => ({ at: point.at, value: 1 - index * 0.002 })),
    documentSha256: 'e'.repeat(64),
    bundleUrl: 'https://example.test/bundle.json',
    ...set,
  };
}

const pdftotext = ['/usr/bin/pdftotext', '/usr/local/bin/pdftotext', '/opt/homebrew/bin/pdftotext'].find((path) =>
  existsSync(path),
);

describe('buildBrief', () => {
  it('is a tagged PDF/UA of at most 300 kB with the same bytes each time', async () => {
    const bytes = await buildBrief(aBriefInput());
    const text = Buffer.from(bytes).toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    expect(text).toContain('/Marked true');
    expect(text).toContain('pdfuaid');
    expect(bytes.length).toBeLessThan(300_000);
    expect(sha256Hex(await buildBrief(aBriefInput()))).toBe(sha256Hex(bytes));
  });

  it.each(['denied', 'no-safe-plan', 'expired', 'ineffective'] as const)(
    'also tells a %s incident, with nothing claimed',
    async (outcome) => {
      const input = aBriefInput();
      const bytes = await buildBrief({
        ...input,
        incident: { ...input.incident, outcome },
        runs: [],
        value: undefined,
        narrative: undefined,
        sli: [],
        budget: [],
      });
      expect(bytes.length).toBeGreaterThan(5000);
    },
  );

  it.skipIf(pdftotext === undefined)(
    'has at most 230 words on page one, and says what, why and whether it is over',
    async () => {
      const file = join(mkdtempSync(join(tmpdir(), 'brief-')), 'brief.pdf');
      writeFileSync(file, await buildBrief(aBriefInput()));
      const words = execFileSync(pdftotext ?? '', ['-f', '1', '-l', '1', '-layout', file, '-'], { encoding: 'utf8' });
      expect(words).toContain('What happened');
      expect(words).toContain('why it was allowed');
      expect(words).toContain('Are we safer now');
      const prose = words.split(/\s+/u).filter((word) => /[A-Za-z]{2}/u.test(word));
      expect(prose.length).toBeLessThanOrEqual(230);
    },
  );
});
