import protobuf from 'protobufjs/minimal.js';
import { compress } from 'snappyjs';

/** A series with its samples, as a sender of remote-write holds it. Times in ms since the epoch. */
export type SentSeries = {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly { readonly at: number; readonly value: number }[];
};

const named = (series: SentSeries) => Object.entries(series.labels).sort(([a], [b]) => (a < b ? -1 : 1));

function writeSamples(writer: protobuf.Writer, { samples }: SentSeries): void {
  for (const { at, value } of samples) writer.uint32(18).fork().uint32(9).double(value).uint32(16).int64(at).ldelim();
}

/** The body of a remote-write 1.0 request (prometheus.WriteRequest), in a snappy block. */
export function remoteWrite1(series: readonly SentSeries[]): Uint8Array<ArrayBuffer> {
  const writer = protobuf.Writer.create();
  for (const one of series) {
    writer.uint32(10).fork();
    for (const [name, value] of named(one))
      writer.uint32(10).fork().uint32(10).string(name).uint32(18).string(value).ldelim();
    writeSamples(writer, one);
    writer.ldelim();
  }
  return new Uint8Array(compress(writer.finish()));
}

/** The body of a remote-write 2.0 request (io.prometheus.write.v2.Request): every string once, in a table that begins with the empty one. */
export function remoteWrite2(series: readonly SentSeries[]): Uint8Array<ArrayBuffer> {
  const symbols = new Map([['', 0]]);
  const reference = (text: string): number => {
    const known = symbols.get(text);
    if (known !== undefined) return known;
    symbols.set(text, symbols.size);
    return symbols.size - 1;
  };
  const references = series.map((one) => named(one).flatMap(([name, value]) => [reference(name), reference(value)]));
  const writer = protobuf.Writer.create();
  for (const symbol of symbols.keys()) writer.uint32(34).string(symbol);
  for (const [index, one] of series.entries()) {
    writer.uint32(42).fork().uint32(10).fork();
    for (const position of references[index] ?? []) writer.uint32(position);
    writer.ldelim();
    writeSamples(writer, one);
    writer.ldelim();
  }
  return new Uint8Array(compress(writer.finish()));
}

/** The headers that go with each version. */
export const REMOTE_WRITE_HEADERS = {
  '1.0': {
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
  },
  '2.0': {
    'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '2.0.0',
  },
} as const;
