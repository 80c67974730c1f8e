import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import { seededRandom } from '../../random/seeded.ts';
import { CanonicalLine, lineShape } from './line-shape.ts';
import { LogParser } from './log-parser.ts';

const shapeOf = (line: string) => lineShape(new CanonicalLine().read(line).text()).tokens.join(' ');

function templatesOf(lines: readonly string[], parser = new LogParser()): string[] {
  const handles = lines.map((line) => parser.add(line));
  const { templates, templateOf } = parser.grouping();
  return handles.map((handle) => templates[templateOf[handle] as number]?.text ?? '');
}

describe('lineShape', () => {
  it.each([
    ['took 12.5 ms at 10.0.0.1:8080', 'took <*> at <*>'],
    ['since Fri Jun 17 07:07:00 2005 UTC, again', 'since <*> , again'],
    ['chip FF:F2:9F:16:DC at 0xdead', 'chip <*> at <*>'],
    ['GET "/v2/54fa/servers?limit=3&x=True" done', 'GET " <*> " done'],
    ['loaded C:\\Windows\\x\\y.dll and ./run/me and /usr/bin/env', 'loaded <*> and <*> and <*>'],
    ['sent mail to someone@example.org (ok)', 'sent mail to <*> ( ok )'],
    ['host ( ) and ""', 'host ( <*> ) and " <*> "'],
    ['ready=true x=null', 'ready = <*> x = <*>'],
    ['lifetime <1 sec', 'lifetime <*>'],
    ['enabled.....0', 'enabled ... <*>'],
    ['lock tag="View Lock", uid=7', 'lock tag = " <*> " , uid = <*>'],
    ['lock msg="pool exhausted", uid=7', 'lock msg = " pool exhausted " , uid = <*>'],
    ['fans (on off) and on top', 'fans ( <*> ) and on top'],
    ['delete blk_1 blk_2 blk_3', 'delete <*>'],
    ['   ', ''],
  ])('masks %s', (line, shape) => {
    expect(shapeOf(line)).toBe(shape);
  });

  it('stays fast on hostile lines', () => {
    const before = process.cpuUsage();
    for (const line of [
      '"'.repeat(60_000),
      'a'.repeat(60_000),
      '1.'.repeat(30_000),
      '/a'.repeat(30_000),
      '('.repeat(9e4),
      'é'.repeat(5000),
      '\u0001',
      '..........'.repeat(1000),
    ])
      shapeOf(line);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(3_000);
  });
});

/** A made-up service's log with known statements: words that look alike but differ, users as values, one statement without values. */
function log(lines: number, seed: string): { readonly line: string; readonly statement: number }[] {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random.uniform() * values.length)] as T;
  const number = () => Math.floor(random.uniform() * 1e6);
  const people = Array.from({ length: 40 }, (_, i) => `person${'abcdefghij'[i % 10] ?? ''}${'klmnop'[i % 6] ?? ''}`);
  const statements: (() => string)[] = [
    () => `Accepted key for ${pick(people)} from 10.0.${number() % 256}.4 port ${number()}`,
    () => `Rejected key for ${pick(people)} from 10.0.${number() % 256}.4 port ${number()}`,
    () => `worker ${number()} paused after ${number()} ms`,
    () => `worker ${number()} resumed after ${number()} ms`,
    () => `queue drained`,
    () => `could not open /srv/data/${pick(people)}/x: Permission denied`,
    () => `could not open /srv/data/${pick(people)}/x: No such file`,
    () => `cache sizes ${Array.from({ length: 1 + (number() % 5) }, number).join(' ')}`,
  ];
  return Array.from({ length: lines }, () => {
    const statement = Math.floor(random.uniform() * statements.length);
    return { line: (statements[statement] as () => string)(), statement };
  });
}

describe('LogParser', () => {
  it('finds the statements behind a log', () => {
    const lines = log(3000, 'a');
    const found = templatesOf(lines.map(({ line }) => line));
    const pairs = new Set(lines.map(({ statement }, i) => `${statement} ${found[i] ?? ''}`));
    expect(pairs.size).toBe(8);
    expect(new Set(found).size).toBe(8);
    expect(found).toContain('Accepted key for <*> from <*> port <*>');
    expect(found).toContain('could not open <*>: Permission denied');
  });

  it.each([
    ['hosts that begin a line', ['a.example.org:1 opened', 'b.example.com:2 opened'], 1],
    ['constants of one namespace', ['got action.SCREEN_ON now', 'got action.SCREEN_OFF now'], 2],
    ['keys with dots', ['environment:os.name=x1', 'environment:java.vendor=x1'], 2],
    ['units beyond a few', ['a', 'b', 'c', 'd'].map((unit) => `Starting ${unit}x.service...`), 1],
    [
      'states in a list of values',
      ['vote: 1 (id), 7 (round), LOOKING (state)', 'vote: 2 (id), 7 (round), LEADING (state)'],
      1,
    ],
    ['states behind one another', ['instance 1 Paused now', 'instance 2 Resumed now'], 2],
    ['values of a key beyond a few', ['anna', 'bela', 'cyril', 'dora'].map((who) => `done who=${who} well`), 1],
    ['quoted messages', ['{"msg":"listening","n":1}', '{"msg":"stopped","n":2}'], 2],
  ])('tells values from statements: %s', (_what, lines, statements) => {
    expect(new Set(templatesOf([...lines, ...lines, ...lines])).size).toBe(statements);
  });

  it('keeps the id of a template that becomes more general, whatever comes after, and across a restart', () => {
    const lines = log(2000, 'b').map(({ line }) => line);
    let parser = new LogParser();
    for (const line of lines.slice(0, 500)) parser.add(line);
    const early = parser.grouping().templates;
    const record = new RecordWriter();
    parser.serialize(record);
    parser = LogParser.read(new RecordReader(record.finish()));
    for (const line of lines.slice(500)) parser.add(line);
    const late = parser.grouping().templates;
    expect(early.map(({ id }) => id).every((id) => late.some((template) => template.id === id))).toBe(true);
    const whole = new LogParser();
    for (const line of lines) whole.add(line);
    const [a, b] = [new RecordWriter(), new RecordWriter()];
    parser.serialize(a);
    whole.serialize(b);
    expect(a.finish()).toEqual(b.finish());
    expect(late).toEqual(whole.grouping().templates);
  });

  it('bounds its memory by joining shapes, and still finds the statements', () => {
    const random = seededRandom('c');
    const word = () =>
      Array.from({ length: 8 }, () => 'abcdefghijklmnop'[Math.floor(random.uniform() * 16)] ?? '').join('');
    const parser = new LogParser({ mostShapes: 200 });
    const handles = Array.from({ length: 5000 }, (_, i) =>
      parser.add(i % 2 === 0 ? `visitor ${word()} looked at ${word()} for a while` : `thing ${word()} was sold`),
    );
    const { templates, templateOf } = parser.grouping();
    expect(templates.map(({ text }) => text)).toEqual(['visitor <*> looked at <*> for a while', 'thing <*> was sold']);
    expect(new Set(handles.map((handle, i) => `${i % 2} ${templateOf[handle] ?? ''}`)).size).toBe(2);
    const record = new RecordWriter();
    parser.serialize(record);
    expect(record.finish().length).toBeLessThan(200_000);
  });

  it('gives the same groups however the lines are ordered', () => {
    const lines = log(1500, 'd').map(({ line }) => line);
    const groups = (order: readonly string[]) => {
      const found = templatesOf(order);
      return new Map(order.map((line, i) => [line, found[i]]));
    };
    expect(groups([...lines].reverse())).toEqual(groups(lines));
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 60 }), (lines) => {
        const found = templatesOf(lines);
        expect(found).toHaveLength(lines.length);
        expect(found.every((text) => typeof text === 'string')).toBe(true);
      }),
      { seed: 4 },
    );
  });

  it('refuses a snapshot of another format and one that was cut', () => {
    expect(() => LogParser.read(new RecordReader(new RecordWriter().uint32(99).finish()))).toThrow(RangeError);
    const record = new RecordWriter();
    const parser = new LogParser();
    parser.add('a line');
    parser.serialize(record);
    expect(() => LogParser.read(new RecordReader(record.finish().slice(0, -3)))).toThrow(RangeError);
  });
});
