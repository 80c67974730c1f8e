import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { startAuditCheckpoints } from './background/audit-checkpoints.ts';
import { takeIn } from './background/config-loader.ts';
import { startForecastWatch } from './background/forecast-watch.ts';
import { startHousekeeping } from './background/housekeeping.ts';
import type { Loop } from './background/loop.ts';
import { startOutboxRelay } from './background/outbox-relay.ts';
import { startPolicyReload } from './background/policy-reload.ts';
import { startScraper } from './background/scraper.ts';
import { startServiceForecasts } from './background/service-forecasts.ts';
import { startSloStatus } from './background/slo-status.ts';
import { startSweeper } from './background/sweeper.ts';
import { AppModule } from './app.module.ts';
import { compose } from './composition.ts';
import { crashPoints } from './crash-points.ts';
import { openQueueConnection } from './queues/connection.ts';
import { JobQueues } from './queues/job-queues.ts';
import { Configuration } from './reading/configuration.ts';
import { dispatchJudge } from './reading/dispatch-judge.ts';
import { Facts } from './reading/facts.ts';
import { signalReader } from './reading/signal-reader.ts';
import { SloHistories } from './reading/slo-histories.ts';
import { RunDriver } from './remediation/run-driver.ts';
import type { Settings } from './settings.ts';
import { serveHealth } from './telemetry/health-server.ts';
import { createLog } from './telemetry/log.ts';
import { StageMetrics } from './telemetry/stage-metrics.ts';
import {
  CLOCK,
  CONFIGURATION,
  CONNECTORS,
  FACTS,
  IDS,
  LOG,
  POLICY_ENGINE,
  RUN_DRIVER,
  SETTINGS,
  SLO_HISTORIES,
  STAGE_METRICS,
  STORE,
  TIMINGS,
  WEBHOOKS,
} from './tokens.ts';

/** A running worker. */
export interface Worker {
  readonly healthPort: number;
  stop(): Promise<void>;
}

/** Starts a worker: adapters, queue, one processor a stage, and the loops that feed and watch them. */
export async function startWorker(settings: Settings): Promise<Worker> {
  const log = createLog({ level: settings.logLevel, pretty: settings.prettyLogs, name: 'worker' });
  const composition = await compose(settings, log);
  const { store, workspaceId, clock, ids, engine, connectors } = composition;
  await takeIn(workspaceId, await composition.readFiles(), store.configWriter, log);

  const queue = await openQueueConnection(settings, log);
  const queues = new JobQueues(queue);
  const metrics = new StageMetrics();
  const configuration = new Configuration(store.configReader, clock);
  const histories = new SloHistories(store.indicators, clock);
  const facts = new Facts(store, configuration, connectors, clock);
  const crashAt = crashPoints(settings.crashAt);
  const driver = new RunDriver({
    state: store.state,
    records: store.records,
    connectors,
    judge: dispatchJudge(facts, configuration, store, engine, clock),
    prechecks: {
      check: (workspace, _plan, step, incident, now) => facts.prechecks(workspace, step, incident, now, 'dispatch'),
    },
    signals: signalReader(store.indicators),
    tokens: composition.tokens,
    clock,
    ids,
    timings: settings.timings,
    crashAt,
    log,
  });

  const app = await NestFactory.createApplicationContext(
    AppModule.with(
      queue,
      [
        { provide: STORE, useValue: store },
        { provide: RUN_DRIVER, useValue: driver },
        { provide: POLICY_ENGINE, useValue: engine },
        { provide: CONFIGURATION, useValue: configuration },
        { provide: FACTS, useValue: facts },
        { provide: CONNECTORS, useValue: connectors },
        { provide: CLOCK, useValue: clock },
        { provide: IDS, useValue: ids },
        { provide: TIMINGS, useValue: settings.timings },
        { provide: LOG, useValue: log },
        { provide: STAGE_METRICS, useValue: metrics },
        { provide: WEBHOOKS, useValue: composition.webhooks },
        { provide: SETTINGS, useValue: settings },
        { provide: SLO_HISTORIES, useValue: histories },
      ],
      settings.tracing,
    ),
    { logger: ['error', 'warn'], abortOnError: false },
  );

  const sources = async () => (await configuration.of(workspaceId)).sources;
  const loops: Loop[] = [
    await startOutboxRelay(store.outbox, queues, crashAt, log),
    startSweeper(store.maintenance, queues, settings.timings.sweeperMs, metrics, log),
    startScraper({
      workspaceId,
      sources,
      reader: composition.sources,
      signals: store.signals,
      status: store.status,
      clock,
      metrics,
      log,
    }),
    startSloStatus({ configuration, histories, store, clock }, log),
    startServiceForecasts({ configuration, histories, store, clock }, log),
    startForecastWatch({ configuration, store, clock, demo: settings.demo }, log),
    startPolicyReload(engine, log),
    startHousekeeping(store.maintenance, settings.retention, log),
    startAuditCheckpoints(store.maintenance, composition.signer, settings.timings.checkpointMs, log),
  ];
  const files = composition.watchFiles(async (read) => {
    await takeIn(workspaceId, read, store.configWriter, log);
    await engine.reload();
  });
  const health = await serveHealth(
    {
      host: settings.healthHost,
      port: settings.healthPort,
      ready: async () => {
        await composition.ping();
        return undefined;
      },
    },
    metrics,
  );
  log.info({ port: health.port, queue: queue.kind, policy: engine.bundleDigest.slice(0, 12) }, 'worker is ready');

  return {
    healthPort: health.port,
    async stop() {
      files.close();
      await health.stop();
      await Promise.all(loops.map((loop) => loop.stop()));
      // Workers drain here; pools end after it (stack-notes 7).
      await app.close();
      await queues.close();
      await queue.end();
      await composition.close();
      log.info('worker has ended');
      log.flush();
    },
  };
}
