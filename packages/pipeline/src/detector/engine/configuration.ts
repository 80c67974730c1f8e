import { canonicalJson, sha256Hex } from '@autoops/digest';
import { CONSTANTS } from './constants.ts';

/** Raised whenever the same constants would give another outcome, or the state lies otherwise in memory. */
const ENGINE_VERSION = 4;

let known: { readonly version: number; readonly digest: string } | undefined;

/** Version of the engine and digest of its constants: what a figure, a score or a snapshot was made with. */
export function engineConfiguration(): { readonly version: number; readonly digest: string } {
  known ??= {
    version: ENGINE_VERSION,
    digest: sha256Hex(canonicalJson({ version: ENGINE_VERSION, ...CONSTANTS })).slice(0, 16),
  };
  return known;
}
