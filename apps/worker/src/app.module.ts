import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { QueueName } from '@autoops/contracts';
import { BullMQOtel } from 'bullmq-otel';
import { STAGES } from '@autoops/pipeline';
import type { QueueConnection } from './queues/connection.ts';
import { DeliveriesProcessor } from './stages/deliveries.processor.ts';
import { DetectorProcessor } from './stages/detector.processor.ts';
import { ExplainerProcessor } from './stages/explainer.processor.ts';
import { ForecasterProcessor } from './stages/forecaster.processor.ts';
import { PlannerProcessor } from './stages/planner.processor.ts';
import { PolicyProcessor } from './stages/policy.processor.ts';
import { RemediatorProcessor } from './stages/remediator.processor.ts';

/** One processor for each queue. */
export const PROCESSORS = {
  detector: DetectorProcessor,
  forecaster: ForecasterProcessor,
  planner: PlannerProcessor,
  policy: PolicyProcessor,
  remediator: RemediatorProcessor,
  explainer: ExplainerProcessor,
  deliveries: DeliveriesProcessor,
} as const satisfies Record<QueueName, unknown>;

/** Refuses to boot when a stage has no processor, or a processor no stage: a missing consumer would be silent. */
export function assertProcessors(): void {
  const wanted = new Set<string>([...STAGES.map((entry) => entry.queue), 'deliveries']);
  const there = new Set<string>(Object.keys(PROCESSORS));
  const missing = [...wanted].filter((queue) => !there.has(queue));
  const surplus = [...there].filter((queue) => !wanted.has(queue));
  if (missing.length > 0 || surplus.length > 0) {
    throw new Error(
      `Processors and stages.ts disagree: missing ${missing.join(', ') || 'none'}, surplus ${surplus.join(', ') || 'none'}.`,
    );
  }
}

/** The worker's one module: queues, processors and the ports they are given. */
@Module({})
export class AppModule {
  static with(queue: QueueConnection, ports: readonly Provider[], tracing: boolean): DynamicModule {
    assertProcessors();
    return {
      module: AppModule,
      imports: [
        BullModule.forRoot({
          connection: queue.connection,
          // Carries the trace through the queue; only where somebody collects traces.
          ...(tracing ? { telemetry: new BullMQOtel({ tracerName: 'autoops-worker' }) } : {}),
        }),
        BullModule.registerQueue(...QueueName.options.map((name) => ({ name }))),
      ],
      providers: [...ports, ...Object.values(PROCESSORS)],
    };
  }
}
