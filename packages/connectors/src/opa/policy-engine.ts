import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JsonObject } from '@autoops/contracts';
import { sha256Hex } from '@autoops/digest';
import type { PolicyEngine } from '@autoops/pipeline/ports';
import { loadPolicy, type LoadedPolicy } from '@open-policy-agent/opa-wasm';

const ENTRYPOINT = 'autoops/remediation/decision';
/** Pages of 64 KiB: a decision needs less than 1 MiB; 32 MiB is where something is wrong. */
const MEMORY = { initial: 16, maximum: 512 };
/** What the input may hold: a plan has a few steps; more is not one of ours. */
const MAXIMUM_INPUT_BYTES = 1024 * 1024;

/** The policy did not answer: the caller denies or retries, and never acts. */
export class PolicyEngineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PolicyEngineError';
  }
}

/** What came of looking at the bundle again. After a failure the old bundle stays in force. */
export type ReloadOutcome =
  | { readonly kind: 'unchanged' | 'reloaded'; readonly bundleDigest: string }
  | { readonly kind: 'failed'; readonly bundleDigest: string; readonly detail: string };

/** A policy engine whose bundle can be exchanged while it runs. */
export interface ReloadablePolicyEngine extends PolicyEngine {
  /** Why the bundle's files could not be taken over when they were last looked at; undefined while they are in force. */
  readonly problem: string | undefined;
  reload(): Promise<ReloadOutcome>;
}

interface Bundle {
  readonly digest: string;
  readonly policy: LoadedPolicy;
}

/** The runtime throws strings and plain objects; this makes an Error of whatever it was. */
function asError(thrown: unknown): PolicyEngineError {
  if (thrown instanceof Error) return new PolicyEngineError(thrown.message, { cause: thrown });
  if (typeof thrown === 'string') return new PolicyEngineError(thrown);
  const message = typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : undefined;
  return new PolicyEngineError(typeof message === 'string' ? message : 'The policy failed without saying why.');
}

/** The wasm file must be the one that the manifest beside it names; without a manifest nobody can say what it was built from. */
async function readBundle(
  wasmPath: string,
): Promise<{ readonly digest: string; readonly bytes: Uint8Array<ArrayBuffer> }> {
  const file = await readFile(wasmPath);
  const bytes = new Uint8Array(file);
  const digest = sha256Hex(bytes);
  const manifest: unknown = JSON.parse(await readFile(join(dirname(wasmPath), 'manifest.json'), 'utf8'));
  const named =
    typeof manifest === 'object' && manifest !== null && 'wasmDigest' in manifest ? manifest.wasmDigest : undefined;
  if (named !== digest)
    throw new PolicyEngineError('policy.wasm is not the file that manifest.json names: run scripts/policy-bundle.sh.');
  return { digest, bytes };
}

async function compile(bytes: Uint8Array<ArrayBuffer>, digest: string): Promise<Bundle> {
  const policy = await loadPolicy(bytes, MEMORY);
  if (!Object.keys(policy.entrypoints as object).includes(ENTRYPOINT)) {
    throw new PolicyEngineError(`The bundle has no entrypoint ${ENTRYPOINT}.`);
  }
  return { digest, policy };
}

class WasmPolicyEngine implements ReloadablePolicyEngine {
  readonly #wasmPath: string;
  #bundle: Bundle;
  #problem: string | undefined;

  constructor(wasmPath: string, bundle: Bundle) {
    this.#wasmPath = wasmPath;
    this.#bundle = bundle;
  }

  get bundleDigest(): string {
    return this.#bundle.digest;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  async evaluate(input: JsonObject): Promise<unknown> {
    return evaluateWith(this.#bundle.policy, input);
  }

  async reload(): Promise<ReloadOutcome> {
    try {
      const { digest, bytes } = await readBundle(this.#wasmPath);
      const unchanged = digest === this.#bundle.digest;
      if (!unchanged) this.#bundle = await compile(bytes, digest);
      this.#problem = undefined;
      if (unchanged) return { kind: 'unchanged', bundleDigest: digest };
      return { kind: 'reloaded', bundleDigest: digest };
    } catch (thrown) {
      this.#problem = asError(thrown).message;
      return { kind: 'failed', bundleDigest: this.bundleDigest, detail: this.#problem };
    }
  }
}

function evaluateWith(policy: LoadedPolicy, input: JsonObject): unknown {
  // The runtime takes a falsy input for "no input"; ours is always an object.
  const text = JSON.stringify(input);
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new PolicyEngineError('The input of policy must be an object.');
  if (text.length > MAXIMUM_INPUT_BYTES)
    throw new PolicyEngineError(`The input of policy is larger than ${MAXIMUM_INPUT_BYTES} bytes.`);
  let answer: unknown;
  try {
    answer = policy.evaluate(input, ENTRYPOINT);
  } catch (thrown) {
    throw asError(thrown);
  }
  const first: unknown = Array.isArray(answer) ? answer[0] : undefined;
  // An empty result set is an undefined decision, which is not a permission.
  if (typeof first !== 'object' || first === null || !('result' in first))
    throw new PolicyEngineError('The policy gave no decision.');
  return first.result;
}

/**
 * Loads the compiled policy and compiles its module once. Evaluation is synchronous inside and takes well under a
 * millisecond. Throws PolicyEngineError when the bundle cannot be used; `reload` never throws and keeps the old bundle.
 */
export async function loadPolicyEngine({ wasmPath }: { readonly wasmPath: string }): Promise<ReloadablePolicyEngine> {
  try {
    const { digest, bytes } = await readBundle(wasmPath);
    return new WasmPolicyEngine(wasmPath, await compile(bytes, digest));
  } catch (thrown) {
    throw asError(thrown);
  }
}
