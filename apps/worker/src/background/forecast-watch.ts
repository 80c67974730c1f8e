import { forecastService, openFromForecast } from '@autoops/pipeline';
import type { Clock } from '@autoops/pipeline/ports';
import type { Configuration } from '../reading/configuration.ts';
import { currentTraceparent } from '../telemetry/traceparent.ts';
import type { Log } from '../telemetry/log.ts';
import type { WorkerStore } from '../worker-store.ts';
import { startLoop, type Loop } from './loop.ts';

const EVERY_MS = 2_000;
const WINDOW_MS = 4 * 60_000;

/** Looks ahead for services whose capacity will not hold: a forecast alone can open an incident before users feel anything. */
export function startForecastWatch(
  deps: {
    readonly configuration: Configuration;
    readonly store: WorkerStore;
    readonly clock: Clock;
    readonly demo: boolean;
  },
  log: Log,
): Loop {
  return startLoop(
    'forecast watch',
    EVERY_MS,
    async () => {
      for (const { id } of await deps.store.maintenance.workspaces()) await round(id, deps, log);
    },
    log,
  );
}

async function round(workspaceId: string, deps: Parameters<typeof startForecastWatch>[0], log: Log): Promise<void> {
  const { configuration, store, clock, demo } = deps;
  const snapshot = await configuration.of(workspaceId);
  const scalable = snapshot.topology.services.filter((service) => service.scalable);
  for (const environment of snapshot.rules.keys()) {
    for (const { name: service, title } of scalable) {
      const now = clock.now();
      const own = async (indicator: string) =>
        (
          await store.indicators.window(workspaceId, {
            environment,
            service,
            indicator,
            from: new Date(now.getTime() - WINDOW_MS),
            to: now,
          })
        ).find((window) => Object.keys(window.labels).length === 0);
      const [requested, asked, saturation] = await Promise.all([
        own('request_rate'),
        own('client_rate'),
        own('saturation'),
      ]);
      const demand = requested ?? asked;
      if (demand === undefined || saturation === undefined) continue;
      const ahead = forecastService({
        workspaceId,
        service,
        environment,
        source: demand.source,
        intervalMs: demand.intervalMs,
        demand,
        saturation,
        now,
      });
      const [openAnomalies, openIncidents] = await Promise.all([
        store.records.openAnomalies(workspaceId),
        store.records.openIncidents(workspaceId),
      ]);
      const transitions = openFromForecast({
        workspaceId,
        service,
        environment,
        anomaly: ahead.anomaly,
        snapshot: ahead.snapshot,
        ended: ahead.state === 'calm',
        title: `${title} is heading for its capacity`,
        openAnomalies,
        openIncidents,
        topology: snapshot.topology,
        now,
        traceparent: currentTraceparent(),
        demo,
      });
      for (const transition of transitions) {
        const result = await store.state.commit(transition);
        if (!result.ok)
          log.info({ refusal: result.refusal, service, environment }, 'a forecast lost a race; it is made again');
      }
    }
  }
}
