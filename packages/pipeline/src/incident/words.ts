import { valueText } from '@autoops/charts';

/** A value of an indicator with its unit: `94 %`, `850 ms`, `8.7 per s`, `2`. */
export function measure(value: number, unit: string): string {
  return valueText(value, unit.startsWith('1/') ? `per ${unit.slice(2)}` : unit);
}

/** The text with a capital letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
