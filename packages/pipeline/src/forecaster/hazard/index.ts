export { calibrate, type BreachCalibration, type BreachOutcome } from './calibration.ts';
export { type BreachEvidence } from './evidence.ts';
export { resourceFacts } from './facts.ts';
export { hazardFeatures } from './features.ts';
export {
  ALERT,
  BREACH_HOURS,
  BreachAlert,
  forecastBreach,
  LEARNED_HOURS,
  type BreachForecast,
  type TimeToBreach,
} from './forecast-breach.ts';
export { probabilityOf, type HazardModel } from './hazard-model.ts';
export { ResourceHistory } from './resource-history.ts';
export { HAZARD_WEIGHTS } from './weights.ts';
