import type { SloResource } from '@autoops/contracts';

/** Whether anything is known of an SLO; without it a full budget would be a guess. */
export function isObserved(slo: SloResource | undefined): boolean {
  return slo !== undefined && slo.state !== 'no-data' && slo.state !== 'learning' && slo.totalEvents > 0;
}
