import { indicatorOf } from '@autoops/charts';

/** Trailing digits that say nothing are left out. */
function short(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** A value with its unit, as facts say it: "9.8 %", "4.8 s", "22 a second", "15". */
export function valueText(value: number, unit: string): string {
  if (unit === 'ratio') return `${short(value * 100, 1)} %`;
  if (unit === 's') return `${short(value, value >= 100 ? 0 : value >= 10 ? 1 : 2)} s`;
  if (unit === '1/s') return `${short(value, 1)} a second`;
  return short(value, 2);
}

/** "attempt error ratio of checkout (replica checkout-2)". */
export function signalText(indicator: string, service: string, labels: Readonly<Record<string, string>>): string {
  const named = Object.entries(labels)
    .map(([label, value]) => `${label} ${value}`)
    .join(', ');
  return `${indicatorOf(service, indicator)}${named === '' ? '' : ` (${named})`}`;
}
