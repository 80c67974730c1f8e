import { durationText, plainNumber } from '@autoops/charts';
import type { RiskForecast, TrackRecord } from '@autoops/contracts';
import type { SloHistory } from '../../slo/history.ts';
import { incidentRisk, type RiskSigns } from '../risk.ts';

export const RISK_ENGINE = 'autoops-poisson';
export const RISK_VERSION = '1';
/** A service that nobody watched this long has no rate of its own: the answer is the prior's. */
const ENOUGH_HOURS = 24;
export const RISK_JUDGED_SECONDS = 3600;

export interface RiskInput {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly history: SloHistory;
  readonly target: number;
  readonly seasonSeconds: readonly number[];
  readonly signs: RiskSigns;
  /** The windows that burn was taken over, for example `1h`. */
  readonly burnWindow: string;
  readonly trackRecord: TrackRecord;
  readonly now: string;
}

/** Forecasts whether an incident of the service opens within 1, 4 and 24 hours, with what that stands on. Pure. */
export function riskForecast(input: RiskInput): RiskForecast {
  const { id, service, environment, history, signs, trackRecord, now } = input;
  const nowMs = Date.parse(now);
  const observed = history.seconds.reduce((sum, seconds) => sum + seconds, 0);
  return {
    id,
    kind: 'risk',
    service,
    environment,
    subject: 'incident',
    issuedAt: now,
    dueAt: new Date(nowMs + RISK_JUDGED_SECONDS * 1000).toISOString(),
    engine: RISK_ENGINE,
    version: RISK_VERSION,
    sufficientHistory: observed >= ENOUGH_HOURS * 3600,
    probability: incidentRisk(history, input.target, input.seasonSeconds, new Date(nowMs), signs),
    evidence: [
      observed > 0 ? `${durationText(observed)} observed` : 'nothing observed yet',
      `burn ${plainNumber(signs.burn, 1)}× over ${input.burnWindow}`,
      `${signs.changes} ${signs.changes === 1 ? 'change' : 'changes'} in the last hour`,
      `${signs.openAnomalies} open ${signs.openAnomalies === 1 ? 'anomaly' : 'anomalies'}`,
    ],
    trackRecord,
  };
}
