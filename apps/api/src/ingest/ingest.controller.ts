import { Controller, Inject, Req, Res } from '@nestjs/common';
import { IngestResponse, type SignalBatch } from '@autoops/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { callerOf } from '../answers/call.ts';
import { Operation } from '../answers/operation.ts';
import { ProblemError } from '../answers/problem.ts';
import { crashAt } from '../starting/crash-point.ts';
import { ADAPTERS, FIGURES } from '../tokens.ts';
import { Admission } from './admission.ts';
import type { IngestFigures } from './ingest-figures.ts';
import { accepted, inflated, jsonOf, mediaTypeOf } from './receive.ts';

const CLOUD_EVENTS = [
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/json',
] as const;
const WithTruncated = IngestResponse.extend({ truncated: z.number().int() });

interface Stored {
  readonly accepted: number;
  readonly duplicates: number;
}

/** Everything that comes in. Parse, redact, store in one transaction, and only then answer. */
@Controller()
export class IngestController {
  readonly #admission = new Admission();

  constructor(
    @Inject(ADAPTERS) private readonly adapters: Adapters,
    @Inject(FIGURES) private readonly figures: IngestFigures,
  ) {}

  @Operation('ingest', { response: IngestResponse, status: 202 })
  async everything(@Req() request: FastifyRequest): Promise<Stored> {
    const body = await jsonOf(this.adapters.wire, request);
    return this.#store(request, accepted(this.adapters.wire.everything(body, sourceOf(request))).batch);
  }

  @Operation('ingest.metrics', { response: IngestResponse, status: 202 })
  async metrics(@Req() request: FastifyRequest): Promise<Stored> {
    const body = await jsonOf(this.adapters.wire, request);
    return this.#store(request, accepted(this.adapters.wire.metrics(body, sourceOf(request))).batch);
  }

  @Operation('ingest.logs', { response: IngestResponse, status: 202 })
  async logs(@Req() request: FastifyRequest): Promise<Stored> {
    const body = await jsonOf(this.adapters.wire, request);
    return this.#store(request, accepted(this.adapters.wire.logs(body, sourceOf(request))).batch);
  }

  @Operation('ingest.events', { response: IngestResponse, status: 202 })
  async events(@Req() request: FastifyRequest): Promise<Stored> {
    const body = await jsonOf(this.adapters.wire, request, CLOUD_EVENTS);
    return this.#store(
      request,
      accepted(this.adapters.wire.cloudEvents(body, sourceOf(request), this.adapters.clock.now())).batch,
    );
  }

  @Operation('ingest.alertmanager', { response: WithTruncated, status: 202 })
  async alertmanager(@Req() request: FastifyRequest) {
    const body = await jsonOf(this.adapters.wire, request);
    const { batch, truncated } = accepted(this.adapters.wire.alertmanager(body, sourceOf(request)));
    return { ...(await this.#store(request, batch)), truncated };
  }

  @Operation('ingest.prometheus', { status: 204, description: 'Stored; the Written headers say how much' })
  async prometheus(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const version = remoteWriteVersion(request.headers['content-type']);
    const encoding = request.headers['content-encoding'] ?? 'snappy';
    if (encoding.toLowerCase() !== 'snappy')
      throw new ProblemError('unsupported-media-type', 'Remote-write is compressed by snappy in block format.');
    const bytes = await inflated(this.adapters.wire, request, 'snappy');
    const parsed = this.adapters.wire.remoteWrite(bytes, version, sourceOf(request));
    if (!parsed.ok) writtenHeaders(reply, { samples: 0, histograms: 0, exemplars: 0 });
    const { batch, written, notWritten } = accepted(parsed);
    await this.#store(request, batch);
    writtenHeaders(reply, written);
    if (notWritten.histograms > 0)
      void reply.header(
        'X-AutoOps-Not-Written',
        `native histograms: ${notWritten.histograms}, exemplars: ${notWritten.exemplars}`,
      );
  }

  @Operation('otlp.metrics', { description: 'ExportMetricsServiceResponse' })
  async otlpMetrics(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    const { wire } = this.adapters;
    const encoding = otlpEncoding(request);
    const { batch, rejected, message } = accepted(
      wire.otlpMetrics(await inflated(wire, request), encoding, sourceOf(request)),
    );
    await this.#store(request, batch);
    return otlpReply(reply, encoding, wire.otlpAnswer('metrics', encoding, rejected, message));
  }

  @Operation('otlp.logs', { description: 'ExportLogsServiceResponse' })
  async otlpLogs(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Uint8Array> {
    const { wire, clock } = this.adapters;
    const encoding = otlpEncoding(request);
    const { batch, rejected, message } = accepted(
      wire.otlpLogs(await inflated(wire, request), encoding, sourceOf(request), clock.now()),
    );
    await this.#store(request, batch);
    return otlpReply(reply, encoding, wire.otlpAnswer('logs', encoding, rejected, message));
  }

  async #store(request: FastifyRequest, batch: SignalBatch): Promise<Stored> {
    const { workspaceId } = callerOf(request);
    const size = batch.samples.value.length * 20 + batch.logs.length * 500;
    crashAt('K0');
    const result = await this.#admission.during(size, () => this.adapters.signals.accept(workspaceId, batch));
    crashAt('K1');
    this.#count(batch, result);
    return { accepted: result.accepted, duplicates: result.duplicates };
  }

  #count(
    batch: SignalBatch,
    result: { readonly accepted: number; readonly duplicates: number; readonly late: number },
  ): void {
    const { figures } = this;
    // Duplicates are told for the whole batch; where it has nothing but samples, what was accepted are samples.
    figures.samples += Math.min(batch.samples.value.length, result.accepted);
    figures.logs += batch.logs.length;
    figures.events += batch.events.length;
    figures.alerts += batch.alerts.length;
    figures.duplicates += result.duplicates;
    figures.late += result.late;
    for (const redaction of batch.redactions) figures.redacted += redaction.count;
  }
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
