import { nameOf } from '../signal-batch/parsed.ts';
import { isStorable } from '../signal-batch/times.ts';
import type { AnyValue, Attributes } from './otlp-schema.ts';

const MOST_LABELS = 60;

/** The text of an attribute value; lists and maps as JSON. */
export function textOf(value: AnyValue | null | undefined): string {
  const plain = plainOf(value, 0);
  return typeof plain === 'string' ? plain : plain === null ? '' : JSON.stringify(plain);
}

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

function plainOf(value: AnyValue | null | undefined, depth: number): Plain {
  if (value === null || value === undefined || depth > 16) return null;
  if (value.stringValue !== null && value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== null && value.boolValue !== undefined) return String(value.boolValue);
  if (value.intValue !== null && value.intValue !== undefined) return String(value.intValue);
  if (value.doubleValue !== null && value.doubleValue !== undefined) return String(value.doubleValue);
  if (value.arrayValue) return (value.arrayValue.values ?? []).map((item) => plainOf(item, depth + 1));
  if (value.kvlistValue)
    return Object.fromEntries(
      (value.kvlistValue.values ?? []).map((pair) => [pair.key, plainOf(pair.value, depth + 1)]),
    );
  return value.bytesValue ?? null;
}

/** A label or metric name as Prometheus has them: dots and everything else odd become underscores. */
export function labelName(key: string): string {
  const name = key.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}

/** Labels of attributes; at most 60, so that nobody's request makes an endless series. */
export function labelsOf(attributes: Attributes): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const { key, value } of attributes.slice(0, MOST_LABELS)) {
    const text = textOf(value);
    if (key !== '' && text !== '') labels[labelName(key)] = text;
  }
  return labels;
}

/**
 * What of a resource routes and tells apart its series: service.name, deployment.environment(.name), service.instance.id and
 * service.namespace (OpenTelemetry semantic conventions). Other resource attributes stay out: they would only lengthen every series.
 */
export function resourceLabels(attributes: Attributes): Record<string, string> {
  const valueOf = (key: string): string | undefined => {
    const found = attributes.find((attribute) => attribute.key === key);
    return found === undefined ? undefined : textOf(found.value);
  };
  const labels: Record<string, string> = {};
  const service = valueOf('service.name');
  const environment = valueOf('deployment.environment.name') ?? valueOf('deployment.environment');
  const instance = valueOf('service.instance.id');
  const namespace = valueOf('service.namespace');
  if (service !== undefined) labels['service'] = nameOf(service);
  if (environment !== undefined) labels['environment'] = nameOf(environment);
  if (instance !== undefined) labels['instance'] = instance;
  if (namespace !== undefined) labels['service_namespace'] = namespace;
  return labels;
}

/** Milliseconds of a time in nanoseconds; undefined for 0, for what is not a time and for what cannot be stored. */
export function millisecondsOf(nanoseconds: string | number, receivedAt: Date): number | undefined {
  const milliseconds =
    typeof nanoseconds === 'number' ? Math.floor(nanoseconds / 1e6) : Number(BigInt(nanoseconds) / 1_000_000n);
  return isStorable(milliseconds, receivedAt) ? milliseconds : undefined;
}
