import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { Operation } from '../answers/operation.ts';
import type { EventStreams } from '../events/event-streams.ts';
import type { IngestFigures } from '../ingest/ingest-figures.ts';
import type { Settings } from '../settings.ts';
import { ADAPTERS, FIGURES, SETTINGS, STREAMS } from '../tokens.ts';
import { ownMetrics } from './own-metrics.ts';
import { openApiOf } from './openapi.ts';

const WORKER_TIMEOUT_MS = 1_500;
const Health = z.object({ status: z.literal('up') });
const Readiness = z.object({
  status: z.enum(['ready', 'not-ready']),
  missing: z.array(z.string()),
  /** What works on in an older state than its files say. */
  outdated: z.array(z.string()).optional(),
});

/** Health, readiness, own metrics and the OpenAPI document; all without a log-in and without a workspace's name. */
@Controller()
export class SystemController {
  constructor(
    @Inject(ADAPTERS) private readonly adapters: Adapters,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(FIGURES) private readonly figures: IngestFigures,
    @Inject(STREAMS) private readonly streams: EventStreams,
  ) {}

  @Operation('health', { response: Health })
  health() {
    return { status: 'up' };
  }

  @Operation('ready', { response: Readiness })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const missing = await this.adapters
      .readiness()
      .catch((fault: unknown) => [`database: ${fault instanceof Error ? fault.message : 'does not answer'}`]);
    if (missing.length > 0) void reply.status(503).header('Retry-After', '1');
    // The reason names files and is told to those who are signed in (`GET /api/v1/policies`).
    const outdated = ['policy bundle: its files cannot be taken over; the last good one stays in force'];
    return {
      status: missing.length === 0 ? 'ready' : 'not-ready',
      missing,
      ...(this.adapters.policy.problem === undefined ? {} : { outdated }),
    };
  }

  @Operation('metrics', { produces: 'text/plain' })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    return ownMetrics(this.figures, this.streams) + (await this.#workerMetrics());
  }

  @Operation('openapi')
  openApi(@Req() request: FastifyRequest) {
    return openApiOf(request.server);
  }

  async #workerMetrics(): Promise<string> {
    if (this.settings.workerPort === undefined) return '';
    try {
      const answer = await fetch(`http://127.0.0.1:${this.settings.workerPort}/metrics`, {
        signal: AbortSignal.timeout(WORKER_TIMEOUT_MS),
      });
      return answer.ok ? `autoops_worker_up 1\n${await answer.text()}` : 'autoops_worker_up 0\n';
    } catch {
      return 'autoops_worker_up 0\n';
    }
  }
}
