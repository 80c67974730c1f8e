import { SIGNAL_TIMES, type SignalBatch } from '@autoops/contracts';
import fc from 'fast-check';
import { compress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { parseAlertmanager } from '../alertmanager/alertmanager.ts';
import { parseCloudEvents } from '../cloudevents/cloudevents.ts';
import { parseOtlpLogs } from '../otlp/otlp-logs.ts';
import { parseOtlpMetrics } from '../otlp/otlp-metrics.ts';
import { parsePlainEverything, parsePlainLogs, parsePlainMetrics } from '../plain/plain.ts';
import { parseRemoteWrite } from '../prometheus-remote-write/remote-write.ts';
import { batchOf } from '../prometheus-text/batch.ts';
import { ExpositionError, parseExposition } from '../prometheus-text/parse.ts';
import { mutatedBytes, mutatedJson } from './__fixtures__/mutations.ts';
import { validBodies, type ValidBody } from './__fixtures__/bodies.ts';
import { inflate } from './inflate.ts';
import { JsonBytesError, parseJsonBytes } from './json-bytes.ts';
import type { Parsed } from './parsed.ts';

const NOW = new Date(1_800_000_000_000);
const RUNS = 300;
const BODIES = validBodies(NOW.getTime(), 'hostile');

const named = (bodies: readonly ValidBody[]) =>
  bodies.map((body) => [`${body.route} ${body.contentType}`, body] as const);

/** Reads a body as its route does; JSON that cannot be read is a refusal with its place. */
function parse({ route, contentType }: ValidBody, bytes: Uint8Array): Parsed {
  const json = (read: (body: unknown) => Parsed): Parsed => {
    try {
      return read(parseJsonBytes(bytes));
    } catch (fault) {
      if (!(fault instanceof JsonBytesError)) throw fault;
      return {
        ok: false,
        kind: 'payload',
        detail: fault.message,
        errors: [{ pointer: fault.pointer, detail: fault.message }],
      };
    }
  };
  const encoding = contentType === 'application/json' ? 'json' : 'protobuf';
  switch (route) {
    case '/api/v1/ingest/prometheus':
      return parseRemoteWrite(bytes, contentType.includes('v2') ? '2.0' : '1.0', 'test', NOW);
    case '/api/v1/ingest/alertmanager':
      return json((body) => parseAlertmanager(body, 'test'));
    case '/api/v1/ingest/metrics':
      return json((body) => parsePlainMetrics(body, 'test', NOW));
    case '/api/v1/ingest/logs':
      return json((body) => parsePlainLogs(body, 'test', NOW));
    case '/api/v1/ingest/events':
      return json((body) => parseCloudEvents(body, 'test', NOW));
    case '/api/v1/ingest':
      return json((body) => parsePlainEverything(body, 'test', NOW));
    case '/v1/metrics':
      return parseOtlpMetrics(bytes, encoding, 'test', NOW);
    default:
      return parseOtlpLogs(bytes, encoding, 'test', NOW);
  }
}

function expectStorable({ series, samples, logs, events, alerts }: SignalBatch): void {
  expect(samples.value.length).toBe(samples.timestampMs.length);
  for (const index of samples.seriesIndex) expect(series[index]).toBeDefined();
  for (const at of samples.timestampMs) {
    expect(NOW.getTime() - at).toBeLessThan(SIGNAL_TIMES.oldestMs);
    expect(at - NOW.getTime()).toBeLessThan(SIGNAL_TIMES.aheadMs);
  }
  expect(samples.value.some(Number.isNaN)).toBe(false);
  const texts: string[] = [];
  JSON.stringify([series, logs, events, alerts], (name, value: unknown) => {
    texts.push(name);
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  for (const text of texts) expect(text.isWellFormed() && !text.includes('\0')).toBe(true);
  for (const { key } of alerts) expect(new TextEncoder().encode(key).length).toBeLessThan(2_000);
  for (const { startsAt, endsAt } of alerts)
    for (const at of [startsAt, endsAt ?? startsAt]) expect(at).toMatch(/^\d{4}-/);
  for (const { time } of events) expect(time).toMatch(/^\d{4}-/);
}

function expectAnswer(parsed: Parsed): void {
  if (parsed.ok) return expectStorable(parsed.batch);
  expect(parsed.errors.length).toBeGreaterThan(0);
  expect(parsed.errors.length).toBeLessThanOrEqual(20);
  for (const { pointer, detail } of parsed.errors) {
    expect(pointer).toMatch(/^(\/|byte \d|position \d|$)/);
    expect(detail.length).toBeGreaterThan(0);
  }
}

describe.each(named(BODIES))('%s', (_name, body) => {
  it('is read whole', () => {
    const parsed = parse(body, body.bytes);
    expect(parsed.ok).toBe(true);
    expectAnswer(parsed);
  });

  it('with other bytes is read or refused with its place, and never throws', () => {
    fc.assert(
      fc.property(mutatedBytes(body.bytes), (bytes) => expectAnswer(parse(body, bytes))),
      { numRuns: RUNS },
    );
  });
});

describe.each(named(BODIES.filter(({ contentType }) => contentType.includes('json'))))('%s', (_name, body) => {
  it('with other values is read or refused with its place', () => {
    const valid: unknown = JSON.parse(new TextDecoder().decode(body.bytes));
    fc.assert(
      fc.property(mutatedJson(valid), (value) =>
        expectAnswer(parse(body, new TextEncoder().encode(JSON.stringify(value) ?? ''))),
      ),
      { numRuns: RUNS },
    );
  });
});

describe('inflate', () => {
  const text = new TextEncoder().encode('the quick brown fox jumps over the lazy dog '.repeat(40));

  it('answers bytes, too-large or corrupt for any snappy block, and takes no memory that the block cannot fill', async () => {
    const block = new Uint8Array(compress(text));
    await fc.assert(
      fc.asyncProperty(mutatedBytes(block), async (bytes) => {
        const result = await inflate(bytes, 'snappy', 1_000_000);
        if (typeof result === 'string') expect(['too-large', 'corrupt']).toContain(result);
        else expect(result.length).toBeLessThanOrEqual(1_000_000);
      }),
      { numRuns: RUNS },
    );
    const declares60MiB = Uint8Array.of(0x80, 0x80, 0x80, 0x1e, 0, 0, 0, 0);
    expect(await inflate(declares60MiB, 'snappy', 64 * 1024 * 1024)).toBe('corrupt');
    expect(await inflate(block, 'snappy', 1_000_000)).toEqual(text);
  });
});

describe('an exposition', () => {
  const valid = new TextEncoder().encode(
    '# TYPE x counter\nx_total{path="a\\"b",code="200"} 1.5e3 1799999999000\nup 1\nb{le="+Inf"} +Inf # {trace_id="a"} 1\n# EOF\n',
  );
  it.each(['prometheus', 'openmetrics'] as const)('of %s is read or refused with its line', (format) => {
    fc.assert(
      fc.property(mutatedBytes(valid), (bytes) => {
        try {
          const samples = parseExposition(new TextDecoder().decode(bytes), format);
          expectStorable(batchOf('test', [{ samples, labels: { service: 'x' }, atMs: NOW.getTime() }], NOW));
        } catch (fault) {
          if (!(fault instanceof ExpositionError)) throw fault;
          expect(fault.message).toMatch(/^line \d+: /);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
