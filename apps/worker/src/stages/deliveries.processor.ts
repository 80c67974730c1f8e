import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Clock } from '@autoops/pipeline/ports';
import type { Job } from 'bullmq';
import { subjectOf } from '../queues/jobs.ts';
import { CLOCK, LOG, SETTINGS, STAGE_METRICS, STORE, WEBHOOKS } from '../tokens.ts';
import type { Settings } from '../settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import type { WorkerStore } from '../worker-store.ts';

/** Sends one message; implemented by the connector for Standard Webhooks. */
export interface Webhooks {
  readonly attempts: number;
  send(
    message: {
      readonly workspaceId: string;
      readonly channelId: string;
      readonly messageId: string;
      readonly url: string;
      /** As it is stored. */
      readonly secret: string;
      readonly body: string;
    },
    attempt: number,
    now: Date,
    spread: number,
  ): Promise<
    | { readonly kind: 'delivered'; readonly status: number }
    | { readonly kind: 'gone'; readonly status: 410 }
    | { readonly kind: 'retry'; readonly status: number | undefined; readonly detail: string; readonly afterMs: number }
    | { readonly kind: 'refused'; readonly detail: string }
  >;
}

/** Sends what is owed to channels. The pauses between attempts are rows in the store, not sleeping jobs. */
@Processor('deliveries', { concurrency: 4 })
export class DeliveriesProcessor extends WorkerHost {
  constructor(
    @Inject(STORE) private readonly store: WorkerStore,
    @Inject(WEBHOOKS) private readonly webhooks: Webhooks,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(STAGE_METRICS) private readonly metrics: StageMetrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  async process(job: Job<unknown>): Promise<void> {
    const id = subjectOf('deliveries', job.data);
    const workspaceId = await this.store.router.routeTo('delivery', id);
    const delivery = workspaceId === undefined ? undefined : await this.store.deliveries.due(workspaceId, id);
    if (workspaceId === undefined || delivery === undefined) return;
    const started = performance.now();
    const attempt = delivery.attempts + 1;
    const body = JSON.stringify({
      type: delivery.type,
      timestamp: delivery.createdAt,
      data: {
        subjectId: delivery.subjectId,
        ...(delivery.incidentId === undefined
          ? {}
          : {
              incidentId: delivery.incidentId,
              url: `${this.settings.publicUrl ?? ''}/incidents/${delivery.incidentId}`,
            }),
      },
    });
    // The last digits of the id spread the pauses, so that channels do not come back all at once.
    const spread = Number.parseInt(id.slice(-4), 16) / 0x10000;
    const outcome = await this.webhooks.send(
      {
        workspaceId,
        channelId: delivery.channelId,
        messageId: delivery.messageId,
        url: delivery.url,
        secret: delivery.secret,
        body,
      },
      attempt,
      this.clock.now(),
      spread,
    );
    this.metrics.worked('deliveries', outcome.kind, (performance.now() - started) / 1000);
    switch (outcome.kind) {
      case 'delivered':
        return this.store.deliveries.delivered(workspaceId, id, outcome.status);
      case 'gone':
        this.log.warn({ deliveryId: id }, 'the receiver said 410 Gone: its channel is off');
        await this.store.deliveries.failed(workspaceId, id, {
          status: 410,
          error: 'The receiver answered 410 Gone; the channel was disabled.',
          retryInMs: undefined,
        });
        return this.store.deliveries.disableChannelOf(workspaceId, id);
      case 'refused':
        return this.store.deliveries.failed(workspaceId, id, {
          status: undefined,
          error: outcome.detail,
          retryInMs: undefined,
        });
      case 'retry':
        return this.store.deliveries.failed(workspaceId, id, {
          status: outcome.status,
          error: outcome.detail,
          retryInMs: attempt >= this.webhooks.attempts ? undefined : outcome.afterMs,
        });
    }
  }
}
