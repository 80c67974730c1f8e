import { Controller, Inject, Req, Res } from '@nestjs/common';
import { IngestResponse, type SignalBatch } from '@autoops/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Adapters, Parsed } from '../adapters.ts';
import { callerOf } from '../answers/call.ts';
import { Operation } from '../answers/operation.ts';
import { ProblemError } from '../answers/problem.ts';
import { crashAt } from '../starting/crash-point.ts';
import { ADAPTERS, FIGURES } from '../tokens.ts';
import { Admission } from './admission.ts';
import type { IngestFigures } from './ingest-figures.ts';
import { accepted, inflated, jsonOf, mediaTypeOf, requireType } from './receive.ts';
import { Turns } from './turns.ts';

const JSON_TYPES = ['application/json'] as const;
const CLOUD_EVENTS = [
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/json',
] as const;
const WithTruncated = IngestResponse.extend({ truncated: z.number().int() });

/** What a sender of JSON is told. */
interface Told {
  readonly accepted: number;
  readonly duplicates: number;
}

/** Everything that comes in. Parse, redact, store in one transaction, and only then answer. */
@Controller()
export class IngestController {
  readonly #admission = new Admission();
  readonly #inflating = new Turns(2);

  constructor(
    @Inject(ADAPTERS) private readonly adapters: Adapters,
    @Inject(FIGURES) private readonly figures: IngestFigures,
  ) {}

  @Operation('ingest', { response: IngestResponse, status: 202 })
  async everything(@Req() request: FastifyRequest): Promise<Told> {
    const { wire } = this.adapters;
    return this.#json(request, JSON_TYPES, (body, source, now) => wire.everything(body, source, now));
  }

  @Operation('ingest.metrics', { response: IngestResponse, status: 202 })
  async metrics(@Req() request: FastifyRequest): Promise<Told> {
    const { wire } = this.adapters;
    return this.#json(request, JSON_TYPES, (body, source, now) => wire.metrics(body, source, now));
  }

  @Operation('ingest.logs', { response: IngestResponse, status: 202 })
  async logs(@Req() request: FastifyRequest): Promise<Told> {
    const { wire } = this.adapters;
    return this.#json(request, JSON_TYPES, (body, source, now) => wire.logs(body, source, now));
  }

  @Operation('ingest.events', { response: IngestResponse, status: 202 })
  async events(@Req() request: FastifyRequest): Promise<Told> {
    const { wire } = this.adapters;
    return this.#json(request, CLOUD_EVENTS, (body, source, now) => wire.cloudEvents(body, source, now));
  }

  @Operation('ingest.alertmanager', { response: WithTruncated, status: 202 })
  async alertmanager(@Req() request: FastifyRequest) {
    const { wire } = this.adapters;
    requireType(request, JSON_TYPES);
    const { batch, truncated } = await this.#parsed(request, (bytes, source) =>
      wire.alertmanager(jsonOf(wire, bytes), source),
    );
    return { ...(await this.#store(request, batch)), truncated };
  }

  @Operation('ingest.prometheus', { status: 204, description: 'Stored; the Written headers say how much' })
  async prometheus(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const { wire } = this.adapters;
    const version = remoteWriteVersion(request.headers['content-type']);
    const encoding = request.headers['content-encoding'] ?? 'snappy';
    if (encoding.toLowerCase() !== 'snappy')
      throw new ProblemError('unsupported-media-type', 'Remote-write is compressed by snappy in block format.');
    writtenHeaders(reply, { samples: 0, histograms: 0, exemplars: 0 });
    const { batch, written, notWritten, outOfBounds } = await this.#parsed(
      request,
      (bytes, source, now) => wire.remoteWrite(bytes, version, source, now),
      'snappy',
    );
    await this.#store(request, batch);
    writtenHeaders(reply, written);
    if (notWritten.histograms > 0)
      void reply.header(
        'X-AutoOps-Not-Written',
        `native histograms: ${notWritten.histograms}, exemplars: ${notWritten.exemplars}`,
      );
    // A partial write, as the specification has it: what could be stored is, and the sender must not send the rest again.
    if (outOfBounds.length > 0)
      throw new ProblemError(
        'bad-payload',
        `${written.samples} samples are stored; others are dated outside of what can be stored.`,
        { errors: outOfBounds },
      );
  }

  @Operation('otlp.metrics', { description: 'ExportMetricsServiceResponse' })
  async otlpMetrics(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    const { wire } = this.adapters;
    const encoding = otlpEncoding(request);
    const { batch, rejected, message } = await this.#parsed(request, (bytes, source, now) =>
      wire.otlpMetrics(bytes, encoding, source, now),
    );
    await this.#store(request, batch);
    return otlpReply(reply, encoding, wire.otlpAnswer('metrics', encoding, rejected, message));
  }

  @Operation('otlp.logs', { description: 'ExportLogsServiceResponse' })
  async otlpLogs(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Uint8Array> {
    const { wire } = this.adapters;
    const encoding = otlpEncoding(request);
    const { batch, rejected, message } = await this.#parsed(request, (bytes, source, now) =>
      wire.otlpLogs(bytes, encoding, source, now),
    );
    await this.#store(request, batch);
    return otlpReply(reply, encoding, wire.otlpAnswer('logs', encoding, rejected, message));
  }

  async #json(
    request: FastifyRequest,
    types: readonly string[],
    parse: (body: unknown, source: string, now: Date) => Parsed,
  ): Promise<Told> {
    requireType(request, types);
    const { wire } = this.adapters;
    const { batch } = await this.#parsed(request, (bytes, source, now) => parse(jsonOf(wire, bytes), source, now));
    return this.#store(request, batch);
  }

  /** Inflates and parses a body. Two at a time: a small body can become 64 MiB. */
  async #parsed<T>(
    request: FastifyRequest,
    parse: (bytes: Uint8Array, source: string, now: Date) => Parsed<T>,
    encoding?: string,
  ): Promise<Extract<Parsed<T>, { ok: true }>> {
    return this.#inflating.take(async () =>
      accepted(
        parse(await inflated(this.adapters.wire, request, encoding), sourceOf(request), this.adapters.clock.now()),
      ),
    );
  }

  async #store(request: FastifyRequest, batch: SignalBatch): Promise<Told> {
    const { workspaceId } = callerOf(request);
    const size = batch.samples.value.length * 20 + batch.logs.length * 500;
    crashAt('K0');
    const result = await this.#admission
      .during(size, () => this.adapters.signals.accept(workspaceId, batch))
      .catch((fault: unknown) => {
        throw outOfRange(fault) ?? fault;
      });
    crashAt('K1');
    this.figures.stored(batch, result);
    return { accepted: result.accepted, duplicates: result.duplicates };
  }
}

/** The problem of a time that the store refused although the parser let it pass: moments lie between the two. */
function outOfRange(fault: unknown): ProblemError | undefined {
  return fault instanceof Error && 'code' in fault && fault.code === 'timestamp-out-of-range'
    ? new ProblemError('bad-payload', fault.message, { errors: [{ pointer: '', detail: fault.message }] })
    : undefined;
}

/** The source that signals of this caller belong to: what its token is bound to, else `push`. */
function sourceOf(request: FastifyRequest): string {
  return callerOf(request).source ?? 'push';
}

/** The protocol version by the content type's `proto`; 415 for everything that is neither 1.0 nor 2.0. */
function remoteWriteVersion(contentType: string | undefined): '1.0' | '2.0' {
  const [type, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim());
  const proto =
    parameters.find((parameter) => parameter.toLowerCase().startsWith('proto='))?.slice('proto='.length) ??
    'prometheus.WriteRequest';
  if (type?.toLowerCase() === 'application/x-protobuf') {
    if (proto === 'prometheus.WriteRequest') return '1.0';
    if (proto === 'io.prometheus.write.v2.Request') return '2.0';
  }
  throw new ProblemError(
    'unsupported-media-type',
    'Use application/x-protobuf with proto=prometheus.WriteRequest (1.0) or proto=io.prometheus.write.v2.Request (2.0).',
  );
}

function writtenHeaders(
  reply: FastifyReply,
  written: { readonly samples: number; readonly histograms: number; readonly exemplars: number },
): void {
  void reply
    .header('X-Prometheus-Remote-Write-Samples-Written', String(written.samples))
    .header('X-Prometheus-Remote-Write-Histograms-Written', String(written.histograms))
    .header('X-Prometheus-Remote-Write-Exemplars-Written', String(written.exemplars));
}

function otlpEncoding(request: FastifyRequest): 'protobuf' | 'json' {
  const type = mediaTypeOf(request);
  if (type === 'application/x-protobuf') return 'protobuf';
  if (type === 'application/json') return 'json';
  throw new ProblemError('unsupported-media-type', 'OTLP/HTTP is application/x-protobuf or application/json.');
}

function otlpReply(reply: FastifyReply, encoding: 'protobuf' | 'json', body: Uint8Array): Uint8Array {
  void reply.header('Content-Type', encoding === 'protobuf' ? 'application/x-protobuf' : 'application/json');
  return Buffer.from(body);
}
