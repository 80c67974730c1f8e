import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import { STREAM_LIMITS, TemplateStream, templateText } from './template-stream.ts';

const SEED = 11;
/** Lines of a few statements with values and free words, and now and then anything at all. */
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('Accepted', 'Rejected'), fc.stringMatching(/^[a-z]{3,6}$/), fc.nat(9999))
      .map(([verb, who, port]) => `${verb} key for ${who} from 10.0.0.4 port ${port}`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(99), fc.constantFrom('paused', 'resumed'))
      .map(([worker, what]) => `worker ${worker} ${what}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.stringMatching(/^[a-z]{2,5}$/), { minLength: 1, maxLength: 6 })
      .map((words) => words.join(' ')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
const log = fc.array(line, { maxLength: 120 });

function snapshot(stream: TemplateStream): Uint8Array {
  const record = new RecordWriter();
  stream.serialize(record);
  return record.finish();
}

/** What a stream says of each line: the template's id and text at that moment, and whether it is new. */
function answers(lines: readonly string[], stream = new TemplateStream()): string[] {
  return lines.map((text, at) => {
    const { template, isNew } = stream.add(text, at);
    return `${template.id} ${isNew} ${templateText(template)}`;
  });
}

describe('TemplateStream', () => {
  it('groups the lines of one statement under the id of its first, and keeps statements apart', () => {
    const stream = new TemplateStream();
    const first = stream.add('user alice logged in from 10.0.0.1', 1);
    const again = stream.add('user bob logged in from 10.0.0.2', 2);
    expect([first.isNew, again.isNew]).toEqual([true, false]);
    expect(again.template.id).toBe(first.template.id);
    expect(templateText(again.template)).toBe('user <*> logged in from <*>');
    expect(stream.add('payment provider said no', 3).isNew).toBe(true);
    expect(stream.add('user mallory logged in from 10.0.0.9', 4).template.id).toBe(first.template.id);
    expect(stream.size).toBe(2);
    expect(stream.get(first.template.id)).toMatchObject({ count: 3, lastAt: 4 });
  });

  it('gives a value of another length the template of the first', () => {
    const stream = new TemplateStream();
    const words = Array.from('abcdefghijkl', (letter) => letter.repeat(5));
    const ids = words.map((word, at) => stream.add(`visitor ${word} von ${word}berg left the shop`, at).template.id);
    const { id } = stream.add('visitor von left the shop', 99).template;
    expect(ids).not.toContain(id);
    const titled = words.map((word, at) => stream.add(`guest ${word} ${word}berg left the shop`, at).template.id);
    expect(stream.add('guest 7 left the shop', 99).template.id).toBe(titled[0]);
  });

  it('takes words that keep changing for values, and each word after the first few at once', () => {
    const stream = new TemplateStream();
    const names = Array.from('abcdefghijklmnopqrst', (letter) => `${letter}${letter}visitor`);
    const ids = names.map((name, at) => stream.add(`the door was opened for ${name} today`, at).template.id);
    expect(new Set(ids.slice(8)).size).toBe(1);
  });

  it('says the same of a line whatever comes after it', () => {
    fc.assert(
      fc.property(log, log, log, (past, one, other) => {
        expect(answers([...past, ...one]).slice(0, past.length)).toEqual(answers(past));
        expect(answers([...past, ...other]).slice(0, past.length)).toEqual(answers(past));
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('goes on after a restart as if there had been none, byte for byte', () => {
    fc.assert(
      fc.property(log, fc.nat(120), (lines, cut) => {
        const whole = new TemplateStream();
        const expected = answers(lines, whole);
        const before = new TemplateStream();
        const found = answers(lines.slice(0, cut), before);
        const restored = TemplateStream.read(new RecordReader(snapshot(before)));
        expect(snapshot(restored)).toEqual(snapshot(before));
        lines.slice(cut).forEach((text, at) => {
          const { template, isNew } = restored.add(text, cut + at);
          found.push(`${template.id} ${isNew} ${templateText(template)}`);
        });
        expect(found).toEqual(expected);
        expect(snapshot(restored)).toEqual(snapshot(whole));
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('says the same of a system however the lines of others come in between', () => {
    fc.assert(
      fc.property(fc.array(log, { minLength: 2, maxLength: 3 }), fc.infiniteStream(fc.nat(2)), (systems, turns) => {
        const streams = systems.map(() => new TemplateStream());
        const found = systems.map((): string[] => []);
        const next = systems.map(() => 0);
        for (const turn of turns) {
          if (next.every((at, system) => at >= (systems[system]?.length ?? 0))) break;
          const system = turn % systems.length;
          const at = next[system] as number;
          const text = systems[system]?.[at];
          next[system] = at + 1;
          if (text === undefined) continue;
          const { template, isNew } = (streams[system] as TemplateStream).add(text, at);
          found[system]?.push(`${template.id} ${isNew} ${templateText(template)}`);
        }
        expect(found).toEqual(systems.map((lines) => answers(lines)));
      }),
      { seed: SEED, numRuns: 20 },
    );
  });

  it('stays bounded when no line is like another, and then still knows a statement that comes again', () => {
    const stream = new TemplateStream();
    const word = (n: number): string => n.toString().replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
    // No two have the same delimiters, so that none can be taken for another's statement.
    const lines = Array.from({ length: 700 }, (_, i) => {
      const delimiters = i.toString(2).replaceAll('0', ' = ').replaceAll('1', ' : ');
      return `${word(i)} ${delimiters} ${word(i * 7)}`;
    });
    let largest = 0;
    lines.forEach((text, at) => {
      stream.add(text, at);
      largest = Math.max(largest, stream.size);
    });
    expect(largest).toBe(STREAM_LIMITS.templates);
    expect(snapshot(stream).length).toBeLessThan(1_000_000);
    const id = stream.add('the shop is closed', 2000).template.id;
    lines.slice(0, 300).forEach((text, at) => void stream.add(text, 2001 + at));
    expect(stream.add('the shop is closed', 4000)).toMatchObject({ template: { id, count: 2 }, isNew: false });
    lines.forEach((text, at) => void stream.add(text, 5000 + at));
    expect(stream.get(id)).toBeUndefined();
    expect(stream.add('the shop is closed', 9000)).toMatchObject({ template: { id }, isNew: true });
  });

  it.each([
    ['an empty line', ''],
    ['blanks', ' \t\r\n '],
    ['NUL', 'a\0b\0 c'],
    ['a megabyte of one word', 'a'.repeat(1 << 20)],
    ['a megabyte of words', 'ab cd '.repeat(175_000)],
    ['a megabyte of digits', '7'.repeat(1 << 20)],
    ['a megabyte of brackets', '[('.repeat(1 << 19)],
    ['bytes that are no UTF-8', new TextDecoder().decode(new Uint8Array([0x61, 0xff, 0xfe, 0x20, 0xc3, 0x28, 0x80]))],
    ['a lone surrogate', 'x \ud800 y'],
    ['the mark of the canonical form itself', 'x \u0001 y'],
  ])('takes %s, and restores it', (_name, text) => {
    const stream = new TemplateStream();
    const { template } = stream.add(text, 1);
    expect(stream.add(text, 2)).toMatchObject({ template: { id: template.id }, isNew: false });
    expect(snapshot(stream).length).toBeLessThan(20_000);
    expect(snapshot(TemplateStream.read(new RecordReader(snapshot(stream))))).toEqual(snapshot(stream));
  });

  it('refuses a snapshot of another format, one that was cut, and one that contradicts itself', () => {
    const stream = new TemplateStream();
    stream.add('a line', 1);
    const bytes = snapshot(stream);
    expect(() => TemplateStream.read(new RecordReader(new RecordWriter().uint32(99).finish()))).toThrow(RangeError);
    expect(() => TemplateStream.read(new RecordReader(bytes.slice(0, -3)))).toThrow(RangeError);
    const orphan = new RecordWriter()
      .uint32(1)
      .uint32(0)
      .uint32(0)
      .uint32(1)
      .text('none')
      .float64(1)
      .float64(1)
      .uint32(0);
    expect(() => TemplateStream.read(new RecordReader(orphan.finish()))).toThrow(RangeError);
  });
});
