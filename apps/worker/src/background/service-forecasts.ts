import { uuidV5 } from '@autoops/digest';
import type { ServiceForecast } from '@autoops/contracts';
import {
  demandForecast,
  demandGrid,
  evaluateSlo,
  oncePerDay,
  parseObjective,
  resourceForecast,
  riskForecast,
  trackRecordOf,
  type IndicatorDefinition,
} from '@autoops/pipeline';
import type { Clock } from '@autoops/pipeline/ports';
import type { Configuration, ConfigurationSnapshot } from '../reading/configuration.ts';
import { ResourceHistories } from '../reading/resource-histories.ts';
import type { SloHistories } from '../reading/slo-histories.ts';
import type { Log } from '../telemetry/log.ts';
import type { WorkerStore } from '../worker-store.ts';
import { judgeForecasts } from './judge-forecasts.ts';
import { startLoop, type Loop } from './loop.ts';

const EVERY_MS = 10_000;
const HOUR_MS = 3_600_000;
/** A look at every bounded resource each half hour (what its alert and its weights are made for), and a risk each hour it speaks of. */
const RESOURCE_EVERY_MS = HOUR_MS / 2;
const RISK_EVERY_MS = HOUR_MS;
/** Demand once every 24th of its season, which is also when a forecast is judged, but not oftener than every five minutes. */
const DEMAND_LEAST_MS = 300_000;
const DEMAND_SHARE = 24;
/** Ticks come in this much later than their time. */
const LATE_MS = 5_000;
/** A resource nobody measured this long is not looked at. */
const SILENT_MS = HOUR_MS;
/** Judged forecasts that a track record goes back to. */
const RECORD = 500;
const DEMAND_INDICATORS = ['request_rate', 'client_rate'];

export interface ServiceForecastDeps {
  readonly configuration: Pick<Configuration, 'of'>;
  readonly histories: Pick<SloHistories, 'of'>;
  readonly store: Pick<WorkerStore, 'serviceForecasts' | 'records' | 'maintenance'>;
  readonly clock: Clock;
}

/**
 * Forecasts every service's demand, incident risk and bounded resources on a clock, and judges those that are due. Screens show them;
 * they open no incident and nothing decides on them.
 */
export function startServiceForecasts(deps: ServiceForecastDeps, log: Log): Loop {
  const forecaster = new ServiceForecaster(deps);
  return startLoop(
    'service forecasts',
    EVERY_MS,
    async () => {
      for (const { id } of await deps.store.maintenance.workspaces()) await forecaster.round(id);
    },
    log,
  );
}

interface Place {
  readonly workspaceId: string;
  readonly environment: string;
  readonly service: string;
}

/** Issues what is due to be forecast; the slot of the clock names a forecast, so that no second process or start makes it again. */
export class ServiceForecaster {
  readonly #deps: ServiceForecastDeps;
  readonly #resources: ResourceHistories;
  readonly #issued = new Map<string, number>();

  constructor(deps: ServiceForecastDeps) {
    this.#deps = deps;
    this.#resources = new ResourceHistories(deps.store.serviceForecasts);
  }

  async round(workspaceId: string): Promise<void> {
    const configuration = await this.#deps.configuration.of(workspaceId);
    await judgeForecasts(workspaceId, this.#deps.store.serviceForecasts, this.#deps.clock.now());
    for (const environment of configuration.rules.keys()) {
      for (const { name: service } of configuration.topology.services) {
        const place = { workspaceId, environment, service };
        await this.#demand(place, configuration);
        await this.#risk(place, configuration);
        for (const definition of configuration.indicators)
          if (definition.limit !== undefined && definition.services.includes(service))
            await this.#resource(place, definition, definition.limit);
      }
    }
  }

  /** Makes the forecasts of a slot once, where nobody did before. */
  async #once(place: Place, what: string, everyMs: number, make: (now: Date) => Promise<readonly ServiceForecast[]>) {
    const now = this.#deps.clock.now();
    const slot = Math.floor(now.getTime() / everyMs);
    const key = [place.workspaceId, place.environment, place.service, what].join('/');
    if (this.#issued.get(key) === slot) return;
    for (const forecast of await make(now)) await this.#deps.store.serviceForecasts.issue(place.workspaceId, forecast);
    this.#issued.set(key, slot);
  }

  #id(place: Place, what: string, everyMs: number, now: Date): string {
    const slot = new Date(Math.floor(now.getTime() / everyMs) * everyMs).toISOString();
    return uuidV5('service-forecast', place.workspaceId, place.environment, place.service, what, slot);
  }

  async #demand(place: Place, configuration: ConfigurationSnapshot): Promise<void> {
    const definition = DEMAND_INDICATORS.map((name) =>
      configuration.indicators.find((each) => each.name === name && each.services.includes(place.service)),
    ).find((each) => each !== undefined);
    if (definition === undefined) return;
    const source = configuration.sources.find(({ name }) => name === definition.source);
    const seasonSeconds = source?.seasonSeconds[0] ?? 86_400;
    const everyMs = Math.max(DEMAND_LEAST_MS, (seasonSeconds * 1000) / DEMAND_SHARE);
    await this.#once(place, 'demand', everyMs, async (now) => {
      const { workspaceId, environment, service } = place;
      const { stepSeconds, historySeconds } = demandGrid(seasonSeconds, definition.intervalMs / 1000);
      const stepMs = stepSeconds * 1000;
      const until = Math.floor((now.getTime() - LATE_MS) / stepMs) * stepMs;
      const { serviceForecasts } = this.#deps.store;
      const [found, judged] = await Promise.all([
        serviceForecasts.means(workspaceId, {
          environment,
          service,
          indicator: definition.name,
          from: new Date(until - historySeconds * 1000),
          to: new Date(until),
          stepMs,
        }),
        serviceForecasts.judged(workspaceId, { kind: 'demand', service, limit: RECORD }),
      ]);
      const own = found.find(({ labels }) => Object.keys(labels).length === 0);
      return [
        demandForecast({
          id: this.#id(place, 'demand', everyMs, now),
          service,
          environment,
          subject: definition.name,
          unit: definition.unit,
          at: own?.at ?? [],
          value: own?.value ?? [],
          until,
          seasonSeconds,
          stepSeconds,
          judgedAfterSeconds: everyMs / 1000,
          trackRecord: trackRecordOf(judged),
          now: now.toISOString(),
        }),
      ];
    });
  }

  async #risk(place: Place, configuration: ConfigurationSnapshot): Promise<void> {
    const { workspaceId, environment, service } = place;
    const slo = configuration.slos.find((each) => parseObjective(each).service === service);
    if (slo === undefined) return;
    await this.#once(place, 'risk', RISK_EVERY_MS, async (now) => {
      const { histories, store } = this.#deps;
      const objective = parseObjective(slo);
      const source = configuration.sources.find(({ type }) => type !== 'push') ?? configuration.sources[0];
      const [history, anomalies, changes, judged] = await Promise.all([
        histories.of(workspaceId, objective, environment),
        store.records.openAnomalies(workspaceId),
        store.records.changes(workspaceId, { environment, from: new Date(now.getTime() - HOUR_MS), to: now }),
        store.serviceForecasts.judged(workspaceId, { kind: 'risk', service, limit: RECORD }),
      ]);
      const burn = evaluateSlo(objective, history, now, environment, source?.intervalSeconds ?? 15).burnRates[0];
      return [
        riskForecast({
          id: this.#id(place, 'risk', RISK_EVERY_MS, now),
          service,
          environment,
          history,
          target: objective.target,
          seasonSeconds: source?.seasonSeconds ?? [86_400],
          signs: {
            burn: burn?.burn ?? 0,
            changes: changes.filter(({ data }) => data.service === service).length,
            openAnomalies: anomalies.filter((each) => each.environment === environment && each.service === service)
              .length,
          },
          burnWindow: burn?.window ?? 'no window',
          trackRecord: trackRecordOf(judged),
          now: now.toISOString(),
        }),
      ];
    });
  }

  async #resource(place: Place, { name: indicator }: IndicatorDefinition, limit: number): Promise<void> {
    await this.#once(place, indicator, RESOURCE_EVERY_MS, async (now) => {
      const { workspaceId, environment, service } = place;
      const { serviceForecasts } = this.#deps.store;
      const [known, calibration, judged] = await Promise.all([
        this.#resources.of(workspaceId, { environment, service, indicator }, limit, now),
        serviceForecasts.calibration(workspaceId, indicator),
        serviceForecasts.judged(workspaceId, { kind: 'breach', service, indicator, limit: RECORD * 48 }),
      ]);
      const trackRecord = trackRecordOf(oncePerDay(judged));
      return known
        .filter(({ newest }) => now.getTime() - newest <= SILENT_MS)
        .map(({ labels, unit, history }) =>
          resourceForecast({
            id: this.#id(place, `${indicator} ${JSON.stringify(labels)}`, RESOURCE_EVERY_MS, now),
            service,
            environment,
            indicator,
            unit,
            labels,
            history,
            calibration,
            trackRecord,
            now: now.toISOString(),
          }),
        );
    });
  }
}
