export { forecastDemand } from './demand.ts';
export {
  FORECASTER_ENGINE,
  FORECASTER_VERSION,
  forecastIncident,
  type IncidentForecast,
  type IncidentForecastInput,
} from './forecast-incident.ts';
export {
  forecastSeries,
  type ForecastSeriesOptions,
  type SeriesForecast,
  type SeriesPoint,
} from './forecast-series.ts';
export {
  forecastEnded,
  forecastService,
  replayServiceForecast,
  type Recent,
  type CapacityForecast,
  type ServiceForecastInput,
} from './forecast-service.ts';
export { incidentRisk, type Risk, type RiskSigns } from './risk.ts';
export { revisionInMs } from './revision.ts';
export {
  demandForecast,
  demandGrid,
  judge,
  resourceForecast,
  resourceSubject,
  RISK_JUDGED_SECONDS,
  riskForecast,
  type Outcome,
} from './service/index.ts';
export {
  exhaustionRecord,
  oncePerDay,
  trackRecordOf,
  type JudgedForecast,
  type UntreatedExhaustion,
} from './track-record.ts';
export { ENSEMBLE, forecastEnsemble, type EnsembleForecast, type QuantileName } from './seasonal/ensemble.ts';
export {
  ALERT,
  calibrate,
  BREACH_HOURS,
  BreachAlert,
  forecastBreach,
  HAZARD_WEIGHTS,
  LEARNED_HOURS,
  hazardFeatures,
  probabilityOf,
  resourceFacts,
  ResourceHistory,
  type BreachCalibration,
  type BreachEvidence,
  type BreachForecast,
  type BreachOutcome,
  type HazardModel,
  type TimeToBreach,
} from './hazard/index.ts';
