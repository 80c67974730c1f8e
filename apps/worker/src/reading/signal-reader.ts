import type { SignalPoints } from '@autoops/pipeline';
import type { IndicatorReader } from '@autoops/pipeline/ports';
import type { SignalReader } from '../remediation/ports.ts';

const NOTHING: SignalPoints = { timestampMs: [], value: [] };

/** Reads the points of a signal: the series of the indicator whose labels are the signal's own, or fit them best. */
export function signalReader(indicators: IndicatorReader): SignalReader {
  return {
    async points(workspaceId, environment, signal, service, from, to) {
      const windows = await indicators.window(workspaceId, {
        environment,
        service,
        indicator: signal.indicator,
        from,
        to,
      });
      const fitting = windows
        .filter((window) => Object.entries(signal.labels).every(([label, value]) => window.labels[label] === value))
        // The series with the fewest further labels is the service's own, not one replica's.
        .toSorted((a, b) => Object.keys(a.labels).length - Object.keys(b.labels).length);
      const [best] = fitting;
      return best === undefined ? NOTHING : { unit: best.unit, timestampMs: best.timestampMs, value: best.value };
    },
  };
}
