import { describe, expect, it } from 'vitest';
import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import { LOG_TICK_MS, LogWatch, type LogLine } from './log-watch.ts';
import { maskedTokens } from './masks.ts';
import { TemplateMiner, templateText } from './template-miner.ts';

const START = 1_768_000_000_000;

function line(second: number, severity: string, body: string, id = `${second}-${body}`): LogLine {
  return { id, at: new Date(START + second * 1000), severity, body, labels: {} };
}

describe('maskedTokens', () => {
  it.each([
    ['user 42 from 10.0.0.1:8080 in 12.5ms', 'user <number> from <ip> in <number>'],
    ['order 0b1c6a52-4a36-4c5e-9d57-0d6a2a9f0c11 paid', 'order <uuid> paid'],
    ['read /var/lib/data/x.db failed', 'read <path> failed'],
    ['at 2026-01-15T12:00:00.123Z got 0xdeadbeef and deadbeef01', 'at <time> got <hex> and <hex>'],
    ['name "a b" is \'gone\'', 'name <quoted> is <quoted>'],
  ])('masks what varies: %s', (body, masked) => {
    expect(maskedTokens(body).join(' ')).toBe(masked);
  });

  it('stays fast on hostile lines', () => {
    const before = process.cpuUsage();
    for (const body of ['"'.repeat(60_000), 'a'.repeat(60_000), '1.'.repeat(30_000), '/a'.repeat(30_000), ''])
      maskedTokens(body);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1_500);
  });
});

describe('TemplateMiner', () => {
  it('groups lines of one statement under an id that stays, and keeps statements apart', () => {
    const miner = new TemplateMiner();
    const first = miner.add('connection refused for checkout after 3 attempts', START);
    const again = miner.add('connection refused for orders after 17 attempts', START + 1);
    expect([first.isNew, again.isNew]).toEqual([true, false]);
    expect(again.template.id).toBe(first.template.id);
    expect(templateText(again.template)).toBe('connection refused for <*> after <number> attempts');
    expect(miner.add('payment provider said no', START).isNew).toBe(true);
    expect(miner.templates()).toHaveLength(2);
  });

  it('is bounded and the same after a restart', () => {
    const miner = new TemplateMiner();
    for (let i = 0; i < 700; i++)
      miner.add(
        `${'word '.repeat(i % 20)}unique${String.fromCharCode(97 + (i % 26))}${'x'.repeat(i % 31)} tail`,
        START + i,
      );
    expect(miner.templates().length).toBeLessThanOrEqual(500);
    const record = new RecordWriter();
    miner.serialize(record);
    const restored = TemplateMiner.read(new RecordReader(record.finish()));
    expect(restored.templates()).toEqual(miner.templates());
    expect(restored.add('connection refused', START).isNew).toBe(miner.add('connection refused', START).isNew);
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
    expect(after.fresh).toMatchObject([{ severity: 'error', text: 'no connection left for order <number>' }]);
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
});
