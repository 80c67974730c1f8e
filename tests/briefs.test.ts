import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { valueText } from '@autoops/charts';
import { sha256Hex } from '@autoops/digest';
import { briefContent, buildBrief, pageOneSaid, saidIn, textOf, verifyBundle } from '@autoops/reports';
import { describe, expect, it } from 'vitest';
import { unsourcedIn, valueAt } from './briefs/sources.ts';
import { toldAgain, type ToldAgain } from './briefs/told-again.ts';
import { part } from './programs.ts';

/** Bundles as the product signed them (scripts/briefs.mjs, 2026-11-21, sandbox), by the way the incident went. */
const FIXTURES = fileURLToPath(new URL('__fixtures__/briefs/', import.meta.url));
const SUFFIX = '.bundle.json.gz';
const KINDS = readdirSync(FIXTURES)
  .filter((name) => name.endsWith(SUFFIX))
  .map((name) => name.slice(0, -SUFFIX.length));
const bundleOf = (kind: string): string => gunzipSync(readFileSync(join(FIXTURES, kind + SUFFIX))).toString('utf8');
const others = ({ input }: ToldAgain) => ({ '#sha256': input.documentSha256, '#url': input.bundleUrl });
const pdftotext = part('pdftotext');
/** A PDF takes half a second, and many times that on a machine that others use. */
const PDF_TIMEOUT_MS = 90_000;
const numbersIn = (text: string): readonly string[] => text.match(/\d+(?:[.\u202F]\d+)*/gu) ?? [];

it('there are bundles of incidents that went differently', () => {
  expect(KINDS).toEqual(
    expect.arrayContaining(['denied', 'expired', 'ineffective', 'no-safe-plan', 'two-at-once', 'verified']),
  );
});

describe.each(KINDS)('the brief of an incident that went so: %s', (kind) => {
  const told = toldAgain(bundleOf(kind));
  const content = briefContent(told.input);

  it('is made of a bundle that the product signed', () => {
    expect(verifyBundle(bundleOf(kind))).toMatchObject({ ok: true });
    expect(told.input.incident.outcome).toBe(kind === 'two-at-once' ? 'verified' : kind);
  });

  it('prints no number that has no source in the bundle', () => {
    const unsourced = saidIn(content).flatMap((said) => unsourcedIn(said, told.document, others(told)));
    expect(unsourced).toEqual([]);
  });

  it('draws what was counted, and says it in words', () => {
    const counts = told.input.evidence.findLast((item) => item.kind === 'series')?.data;
    const total = valueAt(counts, '/total') as readonly number[];
    const bad = valueAt(counts, '/bad') as readonly number[];
    expect(told.input.sli.map(({ value }) => value)).toEqual(
      total.map((all, slot) => (all > 0 ? (bad[slot] ?? 0) / all : null)),
    );
    const shares = new Set(total.map((all, slot) => valueText((bad[slot] ?? 0) / Math.max(1, all), 'ratio')));
    const [failed] = content.charts;
    for (const share of failed?.scene.summary.match(/[\d.]+\u202F%/gu) ?? []) expect([...shares]).toContain(share);
    // Beside the ends of the axes, only the moment at which the forecast has the budget gone stands in a chart as a number.
    const { forecast } = told.input.incident;
    const gone = Date.parse(forecast?.issuedAt ?? '') + (forecast?.exhaustionSeconds.p50 ?? Number.NaN) * 1000;
    const moment = Number.isNaN(gone) ? '' : new Date(gone).toISOString().slice(11, 19);
    for (const { scene } of content.charts)
      for (const { text, ink } of scene.texts)
        if (ink !== 'axis' && /\d/u.test(text) && !text.includes('80 %'))
          expect(moment.startsWith(text), text).toBe(true);
  });

  it('has a page one that is read in a minute, outcome first, with true words', () => {
    const words = pageOneSaid(content).flatMap((said) => textOf(said).match(/\S*[\p{L}\d]\S*/gu) ?? []);
    expect(words.length).toBeLessThanOrEqual(230);
    const headline = textOf(content.headline);
    expect(headline.split(/\s+/u).length).toBeLessThanOrEqual(22);
    const verified = told.input.incident.outcome === 'verified';
    expect(headline.includes('contained')).toBe(verified);
    expect(content.tiles.some(({ label }) => label === 'Time to contain')).toBe(verified);
    const answers = content.answers.map(({ title, said }) => `${title}: ${textOf(said)}`);
    expect(answers).toHaveLength(4);
    expect(answers.join('\n')).toMatch(/Are we safer now: (For now, yes|No|Not known): /u);
    expect(answers.at(-1)).toMatch(/^Decision asked: .+ Owner: .+, by \d{4}-\d\d-\d\d\.$/u);
    if (told.input.runs.length === 0) expect(answers.join('\n')).toContain('What was not done, and why');
    if (kind === 'ineffective') {
      expect(answers.join('\n')).toContain('undone');
      expect(content.legend).toContain('X action, U undone.');
      // X stands where it was done, and not where it was dispatched once more to be undone.
      const [step] = told.input.runs.at(-1)?.steps ?? [];
      const x = (letter: string) => content.charts[0]?.scene.texts.find(({ text }) => text === letter)?.x ?? Number.NaN;
      const [opened, done, undone] = [told.input.incident.openedAt, step?.finishedAt, step?.undoneAt].map((instant) =>
        Date.parse(instant ?? ''),
      );
      const share = ((done ?? 0) - (opened ?? 0)) / ((undone ?? 0) - (opened ?? 0));
      expect((x('X') - x('D')) / (x('U') - x('D'))).toBeCloseTo(share, 1);
    }
  });

  it('speaks to people: no name of a rule, no sign of the rules\u2019 shorthand, no zero where nothing can be shown', () => {
    const said = saidIn(content).map(textOf).join('\n');
    for (const rule of told.input.decisions
      .flatMap(({ verdict }) => verdict.rules)
      .filter(({ ruleId }) => ruleId.includes('-')))
      expect(said).not.toContain(rule.ruleId);
    expect(said).not.toMatch(/\d [>\u2264] \d|not-applicable|\d{4}-\d\d-\d\dT|undefined/u);
    expect(content.tiles.map(({ value }) => textOf(value))).not.toContain('EUR 0');
  });

  it('says of what was counted how much of the whole it is', () => {
    const headline = textOf(content.headline);
    const over = told.input.incident.outcome === 'verified';
    expect(headline.includes('at least')).toBe(!over);
    expect(content.tiles.some(({ label }) => label === 'Left to people after')).toBe(!over);
    const hatched = content.charts.map(({ scene }) => scene.paths.some(({ paint }) => paint === 'hatch'));
    expect(hatched).toEqual(kind === 'expired' ? [true, true] : [false, false]);
    if (kind !== 'expired') return;
    expect(textOf(content.tiles[0]?.note ?? [])).toBe('in the 35 s observed, of 37 min');
    for (const { scene } of content.charts) expect(scene.texts.map(({ text }) => text)).toContain('not observed');
  });

  it('marks the moments that stand in the story, in their order', () => {
    const letters = content.legend
      .split('.')[0]
      ?.match(/\b[A-Z]\b/gu)
      ?.join('');
    expect(letters).toBe(
      {
        verified: 'DPAXR',
        'two-at-once': 'DPXR',
        denied: 'DPAN',
        ineffective: 'DPXU',
        expired: 'DP',
        'no-safe-plan': 'D',
      }[kind],
    );
    const row = content.charts[0]?.scene.texts.filter(({ text }) => /^[A-Z]$/u.test(text)) ?? [];
    expect(row.map(({ text }) => text).join('')).toBe(letters);
    expect(new Set(row.map(({ y }) => y)).size).toBe(1);
    if (kind === 'denied')
      expect(content.answers.map(({ said }) => textOf(said)).join(' ')).toMatch(
        /forbade it, although \S+ had approved it/u,
      );
  });

  it('lists evidence of one thing once, as it stands in the end', () => {
    const [first] = told.input.evidence;
    if (first === undefined) throw new Error('The story has no evidence');
    const early = { ...first, id: 'E0', title: 'as it opened' };
    const { sections } = briefContent({ ...told.input, evidence: [early, ...told.input.evidence] });
    const listed = sections.find(({ title }) => title === 'Appendix: evidence')?.evidenceIds;
    expect(listed).toEqual(told.input.evidence.map(({ id }) => id));
  });

  it(
    'is a small tagged PDF with bookmarks and links, the same bytes each time',
    async () => {
      const bytes = await buildBrief(told.input);
      const text = Buffer.from(bytes).toString('latin1');
      expect(bytes.length).toBeLessThanOrEqual(300_000);
      for (const mark of [
        '/Marked true',
        '/Lang (en)',
        '/DisplayDocTitle true',
        'pdfuaid',
        '/StructTreeRoot',
        '/S /Figure',
      ])
        expect(text).toContain(mark);
      for (const { title } of content.sections) expect(text).toContain(`/Title (${outlined(title)})`);
      const cited = new Set(content.answers.flatMap(({ evidence }) => evidence));
      expect(cited.size).toBeGreaterThan(0);
      for (const id of cited) expect(text).toContain(`/D (${id})`);
      expect(text).toContain(`/URI (${told.input.bundleUrl})`);
      expect(sha256Hex(await buildBrief(toldAgain(bundleOf(kind)).input))).toBe(sha256Hex(bytes));
    },
    PDF_TIMEOUT_MS,
  );

  it.skipIf(pdftotext === undefined)(
    'prints no number that its content does not have',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'brief-'));
      const file = join(directory, 'brief.pdf');
      writeFileSync(file, await buildBrief(told.input));
      const pages = execFileSync(pdftotext ?? '', ['-raw', file, '-'], { encoding: 'utf8' });
      rmSync(directory, { recursive: true });
      const { incident, generator } = told.input;
      const known = [
        ...saidIn(content).map(textOf),
        ...content.sections.flatMap(({ blocks }) =>
          blocks.map((block) => (block.kind === 'definition' ? block.text : '')),
        ),
        ...content.charts.flatMap(({ scene }) => scene.texts.map((label) => label.text)),
        ...content.answers.flatMap(({ evidence }) => evidence),
        ...told.input.evidence.map(({ id }) => id),
        `${incident.version} ${generator.version}`,
        ...Array.from(pages.matchAll(/\f/gu), (_page, index) => `${index + 1} of ${index + 1}`),
      ].join(' ');
      // A long text may be broken in the middle of a number: there it is a part of one that is known.
      for (const number of numbersIn(pages)) expect(known.replaceAll(' ', ''), number).toContain(number);
    },
    PDF_TIMEOUT_MS,
  );
});

it('a number that its source does not account for is named with its sentence', () => {
  const told = toldAgain(bundleOf('two-at-once'));
  const forged = {
    ...told.document,
    value: { ...told.document.value, observed: { failedRequests: 1, requests: 2, badMinutes: 0, budgetShare: 0 } },
  };
  const unsourced = saidIn(briefContent(told.input)).flatMap((said) => unsourcedIn(said, forged, others(told)));
  expect(unsourced).toContainEqual({
    number: '290',
    figure: '/value/observed/failedRequests',
    sentence: '290 of 1\u202F124',
  });
});

/** A bookmark's title as a PDF string: parentheses and backslashes are escaped. */
function outlined(title: string): string {
  return title.replaceAll(/[()\\]/gu, String.raw`\$&`);
}
