import { describe, expect, it } from 'vitest';
import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import { LOG_TICK_MS, LogWatch, type LogLine } from './log-watch.ts';
import { TemplateStream } from './parser/template-stream.ts';

const START = 1_768_000_000_000;

function line(second: number, severity: string, body: string, id = `${second}-${body}`): LogLine {
  return { id, at: new Date(START + second * 1000), severity, body, labels: {} };
}

/**
 * Lines of the sandbox's programs and of their runtimes, with the number of the group that the miner before this parser put them in:
 * what opened and joined incidents then does so now.
 */
const SANDBOX: readonly (readonly [number, string])[] = [
  [0, 'checkout failed: no free slot'],
  [1, 'checkout failed: no database connection for the order'],
  [
    2,
    'checkout failed: no database connection to confirm the payment: order e4322b2f-824e-4a9f-ade6-bdf483e3b043 is half-written',
  ],
  [
    2,
    'checkout failed: no database connection to confirm the payment: order 435723ec-cfbd-4bd8-94fb-c18d9401367a is half-written',
  ],
  [3, 'checkout failed: release 2.4.0: cannot read the cart'],
  [3, 'checkout failed: release 2.5.1: cannot read the cart'],
  [4, 'checkout failed: wedged: the replica answers health checks and nothing else'],
  [5, 'checkout failed: catalogue did not answer'],
  [6, 'checkout failed: Error: Connection terminated unexpectedly'],
  [7, 'checkout failed: Error: timeout exceeded when trying to connect'],
  [8, 'checkout failed: Error: read ECONNRESET'],
  [
    9,
    '(node:4711) DeprecationWarning: Calling client.query() when the client is already executing a query is deprecated',
  ],
  [
    9,
    '(node:812) DeprecationWarning: Calling client.query() when the client is already executing a query is deprecated',
  ],
  [10, '(Use `node --trace-deprecation ...` to show where the warning was created)'],
  [11, '(Use `node --trace-warnings ...` to show where the warning was created)'],
  [12, '(node:99) TimeoutNegativeWarning: -1.5 is a negative number.'],
  [13, 'Timeout duration was set to 1.'],
  [14, 'checkout failed at the balancer: the replica did not answer in time'],
  [15, 'checkout failed at the balancer: the replica cannot be reached'],
  [16, 'replica taken out after failed health checks'],
  [17, 'replica taken in again'],
  [18, 'orders waits: the next order is not paid'],
  [19, 'orders cannot work: Error: orders has no database connection'],
  [20, 'orders cannot work: Error: Connection terminated unexpectedly'],
  [21, 'reindex could not read a batch: Error: Connection terminated unexpectedly'],
  [22, 'reindex could not read a batch: error: canceling statement due to statement timeout'],
];

describe('the templates of the sandbox', () => {
  it.each([
    ['as they come', SANDBOX],
    ['in reverse', [...SANDBOX].reverse()],
  ])('are those of the miner before, %s', (_order, lines) => {
    const stream = new TemplateStream();
    const ids = new Map<number, Set<string>>();
    for (const [group, body] of [...lines, ...lines])
      ids.set(group, (ids.get(group) ?? new Set()).add(stream.add(body, START).template.id));
    expect([...ids.values()].map(({ size }) => size)).toEqual([...ids].map(() => 1));
    expect(new Set([...ids.values()].flatMap((found) => [...found])).size).toBe(ids.size);
  });
});

describe('LogWatch', () => {
  const healthy = Array.from({ length: 120 }, (_, second) =>
    line(second, 'info', `request ${second} done in ${second * 3} ms`),
  );
  const newest = (second: number): number => START + second * 1000;

  it('counts lines per template and tick, and names templates never seen before once it has learned', () => {
    const watch = new LogWatch();
    const { ticks, fresh } = watch.push(healthy, newest(120), newest(1000));
    expect(fresh).toEqual([]);
    const full = ticks.slice(1, -1);
    expect(new Set(full.map(({ value }) => value))).toEqual(new Set([1]));
    const burst = Array.from({ length: 20 }, (_, i) =>
      line(121, 'error', `no connection left for order ${i}`, `e${String(i).padStart(2, '0')}`),
    );
    const after = watch.push([...burst, line(122, 'info', 'a new friendly message')], newest(135), newest(1000));
    expect(after.fresh).toMatchObject([{ severity: 'error', text: 'no connection left for order <*>' }]);
    expect(after.ticks.find(({ severity, value }) => severity === 'error' && value > 0)?.value).toBe(
      20 / (LOG_TICK_MS / 1000),
    );
    expect(watch.lastProblem).toBe('no connection left for order 19');
  });

  it('gives the same ticks however lines are ordered within a call, cut into calls or restarted', () => {
    const reference = new LogWatch().push(healthy, newest(130), newest(1000)).ticks;
    expect(new LogWatch().push([...healthy].reverse(), newest(130), newest(1000)).ticks).toEqual(reference);
    let watch = new LogWatch();
    const ticks = [];
    for (let second = 0; second <= 130; second++) {
      ticks.push(...watch.push(healthy.slice(second, second + 1), newest(second), newest(1000)).ticks);
      const record = new RecordWriter();
      watch.serialize(record);
      watch = LogWatch.read(new RecordReader(record.finish()));
    }
    expect(ticks).toEqual(reference);
  });

  it('is not led astray by a line from the future or a night of silence', () => {
    const watch = new LogWatch();
    watch.push(healthy, newest(120), newest(180));
    expect(watch.push([line(1e9, 'error', 'from the future')], newest(120), newest(180)).fresh).toEqual([]);
    const before = process.cpuUsage();
    const { ticks } = watch.push([line(1e8, 'info', 'request 1 done in 3 ms')], newest(1e8), newest(2e8));
    expect(ticks.length).toBeLessThan(5);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(600);
  });

  it('takes over what the miner before wrote: its rates go on at zero, its templates are learned anew', () => {
    const former = new RecordWriter();
    former
      .float64(START + 5000)
      .uint32(500)
      .text('the last problem');
    former.uint32(1).text('0123456789ab').text('error').uint32(7).uint32(3);
    former.uint32(1).text('2/a b').uint32(1);
    former.text('0123456789ab').text('a\nb').uint32(9).float64(START).float64(START);
    former.uint32(4711); // what comes after
    const record = new RecordReader(former.finish());
    const watch = LogWatch.readFormer(record);
    expect(record.uint32()).toBe(4711);
    expect(watch.lastProblem).toBe('the last problem');
    const { ticks, fresh } = watch.push([line(6, 'error', 'a b')], newest(11), newest(1000));
    expect(fresh).toEqual([]); // still learning
    expect(ticks).toEqual([{ templateId: '0123456789ab', severity: 'error', timestampMs: START + 5000, value: 0 }]);
  });

  it('refuses what it cannot read', () => {
    const record = new RecordWriter();
    new LogWatch().serialize(record);
    const bytes = record.finish();
    expect(() => LogWatch.read(new RecordReader(bytes.slice(0, -1)))).toThrow(RangeError);
    bytes[0] = 9;
    expect(() => LogWatch.read(new RecordReader(bytes))).toThrow(/format 9 cannot be read/);
  });

  it('counts a new statement when all places are taken by silent ones', () => {
    const watch = new LogWatch();
    const statement = (n: number): string => `the ${'x'.repeat(n + 1)} is ${'y'.repeat(n + 1)}`;
    const severities = ['info', 'warn', 'error', 'debug'];
    const many = Array.from({ length: 200 }, (_, n) => line(1, severities[n % 4] ?? '', statement(n % 60)));
    watch.push(many, newest(700), newest(1e4));
    expect(watch.watched().length).toBeLessThanOrEqual(120);
    const { ticks } = watch.push([line(701, 'fatal', 'out of memory')], newest(720), newest(1e4));
    expect(ticks.find(({ severity }) => severity === 'fatal')?.value).toBe(1 / (LOG_TICK_MS / 1000));
  });
});
