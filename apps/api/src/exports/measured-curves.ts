import type { IndicatorReader } from '@autoops/pipeline/ports';
import type { StoredRecord } from './stored-record.ts';

/** How much is shown before an incident opened, in ms, while its story is not told. */
const BEFORE_MS = 60_000;

/**
 * What the brief's first chart shows while the story is not told and its evidence holds no counts: the error ratio as it was measured,
 * from a minute before the incident on.
 */
export async function measuredCurves(
  store: { readonly indicators: IndicatorReader },
  workspaceId: string,
  { incident }: Pick<StoredRecord, 'incident'>,
) {
  const windows = await store.indicators.window(workspaceId, {
    environment: incident.environment,
    service: incident.forecast?.service ?? incident.service,
    indicator: 'error_ratio',
    from: new Date(Date.parse(incident.openedAt) - BEFORE_MS),
    to: new Date(incident.closedAt ?? incident.updatedAt),
  });
  const bad = windows.find((window) => Object.keys(window.labels).length === 0);
  return { sli: (bad?.timestampMs ?? []).map((at, index) => ({ at, value: finite(bad?.value[index]) })), budget: [] };
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
