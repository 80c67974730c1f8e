import type { Evidence } from '@autoops/contracts';

/**
 * Evidence as it stands in the end, each of a thing once, with its place in `evidence`: what was stored of it earlier (an anomaly as it
 * opened) stays in the bundle, and no sentence cites it.
 */
export function newestEvidence(
  evidence: readonly Evidence[],
): readonly { readonly item: Evidence; readonly index: number }[] {
  const newest = new Map(evidence.map(({ uri }, index) => [uri, index]));
  return evidence.flatMap((item, index) => (newest.get(item.uri) === index ? [{ item, index }] : []));
}
