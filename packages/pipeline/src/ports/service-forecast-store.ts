import type { Judgement, ServiceForecast } from '@autoops/contracts';
import type { BreachCalibration } from '../forecaster/hazard/calibration.ts';

/** Means of an indicator over steps of a grid; `at[i]` (ms) is the end of the step of `value[i]`. Steps without a value are absent. */
export interface IndicatorMeans {
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly intervalMs: number;
  readonly at: readonly number[];
  readonly value: readonly number[];
}

/** A forecast of which it is known what came. */
export interface KnownForecast {
  readonly environment: string;
  readonly subject: string;
  readonly issuedAt: string;
  readonly judgement: Judgement;
}

/** Forecasts of services that stand beside incidents: issued on a clock, judged when they are due. */
export interface ServiceForecastStore {
  /** Stores a forecast; false where one of that id is there already. */
  issue(workspaceId: string, forecast: ServiceForecast): Promise<boolean>;
  /** Forecasts that are due and not judged yet; oldest first, at most 200. */
  due(workspaceId: string, now: Date): Promise<readonly ServiceForecast[]>;
  judge(workspaceId: string, id: string, judgement: Judgement): Promise<void>;
  /** The newest judged forecasts of a kind, oldest first; of one service, and of one indicator with any labels, where these are named. */
  judged(
    workspaceId: string,
    query: {
      readonly kind: ServiceForecast['kind'];
      readonly service?: string | undefined;
      readonly indicator?: string | undefined;
      readonly limit: number;
    },
  ): Promise<readonly KnownForecast[]>;
  /** Means of every series of an indicator in (from, to], on the grid whose steps end at multiples of `stepMs`. */
  means(
    workspaceId: string,
    query: {
      readonly environment: string;
      readonly service: string;
      readonly indicator: string;
      readonly from: Date;
      readonly to: Date;
      readonly stepMs: number;
    },
  ): Promise<readonly IndicatorMeans[]>;
  /** What happened to a service between two moments. */
  happened(
    workspaceId: string,
    query: { readonly environment: string; readonly service: string; readonly from: Date; readonly to: Date },
  ): Promise<{ readonly opened: boolean; readonly openAtStart: boolean; readonly treated: boolean }>;
  /** Share of five-minute steps between two moments in which the service's best known indicator was measured. */
  observedShare(
    workspaceId: string,
    query: { readonly environment: string; readonly service: string; readonly from: Date; readonly to: Date },
  ): Promise<number>;
  /** What outcomes taught of one class of resource; undefined before anything. */
  calibration(workspaceId: string, resourceClass: string): Promise<BreachCalibration | undefined>;
  putCalibration(workspaceId: string, resourceClass: string, calibration: BreachCalibration): Promise<void>;
}
