import { digestOf } from '@autoops/digest';

/** A digest for each top-level field of a decision's inputs, so that a replay can name the one that changed. */
export type FieldDigests = Readonly<Record<string, string>>;

/** Digests of JSON inputs by field; fields that are `undefined` have none. Throws `CanonicalJsonError` where a field is not JSON. */
export function fieldDigests(inputs: object): FieldDigests {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, digestOf(value)]])),
  );
}

/** The first field, by name, whose value is not the one that was recorded; `undefined` when all are. */
export function changedField(recorded: FieldDigests, inputs: object): string | undefined {
  const now = fieldDigests(inputs);
  return [...new Set([...Object.keys(recorded), ...Object.keys(now)])]
    .toSorted()
    .find((name) => recorded[name] !== now[name]);
}
