import { evaluateSlo, incidentRisk, parseObjective } from '@autoops/pipeline';
import type { Clock, StatusStore } from '@autoops/pipeline/ports';
import type { Configuration } from '../reading/configuration.ts';
import type { SloHistories } from '../reading/slo-histories.ts';
import type { Log } from '../telemetry/log.ts';
import type { WorkerStore } from '../worker-store.ts';
import { startLoop, type Loop } from './loop.ts';

const EVERY_MS = 3_000;

/** Computes every SLO's budget and every service's incident risk, of every workspace, for the screens; nothing decides on them. */
export function startSloStatus(
  deps: {
    readonly configuration: Configuration;
    readonly histories: SloHistories;
    readonly store: Pick<WorkerStore, 'status' | 'records' | 'maintenance'>;
    readonly clock: Clock;
  },
  log: Log,
): Loop {
  return startLoop(
    'SLO status',
    EVERY_MS,
    async () => {
      for (const { id } of await deps.store.maintenance.workspaces()) await round(id, deps);
    },
    log,
  );
}

async function round(workspaceId: string, deps: Parameters<typeof startSloStatus>[0]): Promise<void> {
  const { configuration, histories, store, clock } = deps;
  const status: StatusStore = store.status;
  const snapshot = await configuration.of(workspaceId);
  const source = snapshot.sources.find((candidate) => candidate.type !== 'push') ?? snapshot.sources[0];
  const anomalies = await store.records.openAnomalies(workspaceId);
  for (const environment of snapshot.rules.keys()) {
    for (const slo of snapshot.slos) {
      const objective = parseObjective(slo);
      const history = await histories.of(workspaceId, objective, environment);
      const now = clock.now();
      const evaluated = evaluateSlo(objective, history, now, environment, source?.intervalSeconds ?? 15);
      await status.putSlo(workspaceId, evaluated);
      const risk = incidentRisk(history, objective.target, source?.seasonSeconds ?? [86_400], now, {
        burn: evaluated.burnRates[0]?.burn ?? 0,
        changes: 0,
        openAnomalies: anomalies.filter(
          (anomaly) => anomaly.environment === environment && anomaly.service === objective.service,
        ).length,
      });
      await status.putRisk(workspaceId, objective.service, environment, risk);
      await status.tick(workspaceId, { environment, service: objective.service });
    }
  }
}
