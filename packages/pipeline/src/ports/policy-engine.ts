import type { JsonObject } from '@autoops/contracts';

/** Evaluates `autoops/remediation/decision`. Throws on a fault; the answer is read by a strict schema, so it is unknown here. */
export interface PolicyEngine {
  /** SHA-256 of the bundle in force. */
  readonly bundleDigest: string;
  evaluate(input: JsonObject): Promise<unknown>;
}
