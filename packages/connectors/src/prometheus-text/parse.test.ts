import { describe, expect, it } from 'vitest';
import { batchOf } from './batch.ts';
import { ExpositionError, parseExposition } from './parse.ts';

describe('parseExposition', () => {
  it('reads names, labels with escapes, values and timestamps', () => {
    const text =
      '# HELP x y\n# TYPE x counter\nx_total{path="a\\"b\\\\c\\n",code="200"} 1.5e3 1700000000000\nup 1\nbad{} +Inf\nnone NaN\n\n';
    const samples = parseExposition(text, 'prometheus');
    expect(samples).toEqual([
      { metric: 'x_total', labels: { path: 'a"b\\c\n', code: '200' }, value: 1500, timestampMs: 1_700_000_000_000 },
      { metric: 'up', labels: {}, value: 1, timestampMs: undefined },
      { metric: 'bad', labels: {}, value: Number.POSITIVE_INFINITY, timestampMs: undefined },
      { metric: 'none', labels: {}, value: Number.NaN, timestampMs: undefined },
    ]);
  });

  it('reads OpenMetrics: seconds, exemplars, and an end that must be there', () => {
    const text = 'x_bucket{le="1"} 3 1700000000.5 # {trace_id="a"} 0.5\n# EOF\n';
    expect(parseExposition(text, 'openmetrics')).toMatchObject([
      { metric: 'x_bucket', labels: { le: '1' }, value: 3, timestampMs: 1_700_000_000_500 },
    ]);
    expect(() => parseExposition('x 1\n', 'openmetrics')).toThrow(/before # EOF/);
    expect(() => parseExposition('# EOF\nx 1\n', 'openmetrics')).toThrow(/line 2/);
  });

  it.each(['x', 'x{a=1} 2', 'x{a="1" 2', 'x{a="1"} two', 'x 1 2 3', '1x 2', 'x{a="1",a="2"} 1', 'x{a="open} 1'])(
    'refuses %s with its line',
    (line) => {
      expect(() => parseExposition(`ok 1\n${line}\n`, 'prometheus')).toThrow(ExpositionError);
      expect(() => parseExposition(`ok 1\n${line}\n`, 'prometheus')).toThrow(/^line 2/);
    },
  );
});

it('gives samples the labels of their target, keeps their own under exported_, and redacts both', () => {
  const at = 1_800_000_000_000;
  const text = 'x{service="inner",code="200",by="anna@example.com"} 1\nnothing NaN\nold 1 5\n';
  const samples = parseExposition(text, 'prometheus');
  const labels = { service: 'checkout', environment: 'prod', api_key: 'abc' };
  const batch = batchOf('shop', [{ samples, labels, atMs: at }], new Date(at));
  expect(batch.series).toEqual([
    {
      metric: 'x',
      labels: {
        exported_service: 'inner',
        code: '200',
        by: '[redacted:email]',
        service: 'checkout',
        environment: 'prod',
        api_key: '[redacted:secret]',
      },
    },
  ]);
  expect(batch.redactions.map(({ hook }) => hook).toSorted()).toEqual(['email', 'secret']);
  expect([...batch.samples.timestampMs]).toEqual([at]);
});
