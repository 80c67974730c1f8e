import type { Evidence, NarrativeSentence } from '@autoops/contracts';
import { citations } from './evidence.ts';

type Section = NarrativeSentence['section'];

/** A number (or name) that a sentence shows, and where it comes from. */
interface Claim {
  readonly text: string;
  readonly uri: string;
}

/** A claim of `text` that stands on the evidence at `uri`. */
export const claim = (text: string, uri: string): Claim => ({ text, uri });

/**
 * Builds sentences whose every claim carries evidence. A sentence with a claim that has no evidence is left out: no number in a
 * narrative without evidence (promise 7).
 */
export function sentenceWriter(existing: readonly Pick<Evidence, 'uri' | 'id'>[]) {
  const cite = citations(existing);
  const sentences: NarrativeSentence[] = [];
  return {
    sentences,
    say(section: Section, parts: readonly (string | Claim)[]): void {
      const claims: { text: string; evidence: string }[] = [];
      let text = '';
      for (const part of parts) {
        if (typeof part === 'string') text += part;
        else {
          const id = cite(part.uri);
          if (id === undefined) return;
          claims.push({ text: part.text, evidence: id });
          text += part.text;
        }
      }
      sentences.push({
        text,
        section,
        author: 'template',
        evidence: [...new Set(claims.map((item) => item.evidence))],
        claims,
      });
    },
  };
}
