import type { Anomaly } from '@autoops/contracts';
import type { IndicatorDefinition } from '../indicators/definition.ts';

const ERRORS: ReadonlySet<string> = new Set(['error', 'fatal']);

/**
 * Whether an anomaly may open an incident by itself: somebody's alert or a forecast, error lines that keep coming, and the indicators
 * that are declared so. The others only join one and say more about it.
 */
export function mayOpen(
  anomaly: Pick<Anomaly, 'kind' | 'indicator' | 'service' | 'labels'>,
  indicators: readonly Pick<IndicatorDefinition, 'name' | 'opens' | 'services'>[],
): boolean {
  if (anomaly.kind === 'forecast' || anomaly.kind === 'alert') return true;
  if (anomaly.indicator === 'log_rate') return ERRORS.has(anomaly.labels['severity'] ?? '');
  return indicators.some(
    (definition) =>
      definition.opens && definition.name === anomaly.indicator && definition.services.includes(anomaly.service),
  );
}
