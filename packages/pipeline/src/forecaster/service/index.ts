export { demandForecast, demandGrid } from './demand-forecast.ts';
export { judge, type Outcome } from './judge.ts';
export { resourceForecast, resourceSubject } from './resource-forecast.ts';
export { RISK_JUDGED_SECONDS, riskForecast } from './risk-forecast.ts';
