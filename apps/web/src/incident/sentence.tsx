import { Link, useParams } from 'react-router';
import { unbroken } from '../format/numbers.ts';
import type { SentencePart } from '../words/incident-sentence.ts';

/** A sentence whose facts are links to their evidence. */
export function Sentence({ parts, incident }: { readonly parts: readonly SentencePart[]; readonly incident?: string }) {
  const { id } = useParams();
  const name = incident ?? id ?? '';
  // Words told anew are other words, not the same ones moved to another line; a link stays, with the focus that may be on it.
  const told = parts.map(({ text }) => text).join('');
  return (
    <>
      {parts.map((part, index) =>
        part.evidence !== undefined ? (
          <Link
            key={index}
            className="cite"
            to={`/incidents/${name}?tab=evidence&sel=${part.evidence}`}
            title={`Evidence ${part.evidence}`}
            preventScrollReset
          >
            {unbroken(part.text)}
          </Link>
        ) : (
          <span key={`${index} ${told}`}>{unbroken(part.text)}</span>
        ),
      )}
    </>
  );
}

/** "E7" as a link to that piece of evidence. */
export function EvidenceRefs({ ids, incident }: { readonly ids: readonly string[]; readonly incident: string }) {
  return (
    <>
      {ids.map((each) => (
        <Link
          key={each}
          className="mono cite-ref"
          to={`/incidents/${incident}?tab=evidence&sel=${each}`}
          preventScrollReset
        >
          {each}
        </Link>
      ))}
    </>
  );
}
