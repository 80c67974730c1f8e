import type { Evidence, NarrativeSentence } from '@autoops/contracts';

/** A piece of text that states something of the record, with the places of the bundle's document on which it stands (RFC 6901 pointers). */
export interface Figure {
  readonly text: string;
  readonly from: readonly string[];
}

/** A text whose numbers are figures: what stands outside of them holds none. */
export type Said = readonly (string | Figure)[];

/** The place of the digest of the whole document, which the document cannot hold itself. */
export const DOCUMENT_DIGEST = '#sha256';
/** The place of the address that the bundle is had from, which the document does not hold. */
export const BUNDLE_URL = '#url';

/** The text as it is printed. */
export function textOf(said: Said): string {
  return said.map((part) => (typeof part === 'string' ? part : part.text)).join('');
}

/** A figure that stands on these places of the document. */
export function figure(text: string, ...from: readonly string[]): Figure {
  return { text, from };
}

/** The pointer of a place in the document: `at('runs', 0, 'state')` is `/runs/0/state`. */
export function at(...path: readonly (string | number)[]): string {
  return `/${path.join('/')}`;
}

/** The places of evidence by id, in the order of the ids; those that the document does not hold are left out. */
export function evidencePlaces(evidence: readonly Pick<Evidence, 'id'>[], ids: readonly string[]): readonly string[] {
  return ids.flatMap((id) => {
    const index = evidence.findIndex((item) => item.id === id);
    return index < 0 ? [] : [at('evidence', index, 'data')];
  });
}

/** A sentence of the narrative: its claims are figures on the evidence they cite. */
export function sentenceSaid(
  sentence: Pick<NarrativeSentence, 'text' | 'claims'>,
  evidence: readonly Pick<Evidence, 'id'>[],
): Said {
  const parts: (string | Figure)[] = [];
  let rest = sentence.text;
  for (const claim of sentence.claims) {
    const start = rest.indexOf(claim.text);
    if (start < 0) continue;
    parts.push(rest.slice(0, start), figure(claim.text, ...evidencePlaces(evidence, [claim.evidence])));
    rest = rest.slice(start + claim.text.length);
  }
  return [...parts, rest].filter((part) => part !== '');
}
