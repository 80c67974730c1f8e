import { Glyph } from './glyph.tsx';
import { statusLook, type StatusKind } from './statuses.ts';

interface StatusProps {
  readonly kind: StatusKind;
  readonly value: string | undefined;
  /** Replaces the word, where the place needs a more exact one; shape and colour stay. */
  readonly word?: string;
}

/** A status inside a line or a table cell: shape, word, colour. */
export function Status({ kind, value, word }: StatusProps) {
  const look = statusLook(kind, value);
  return (
    <span className={`status ${look.tone}`}>
      <Glyph name={look.glyph} />
      {word ?? look.word}
    </span>
  );
}

/** A status as a chip. */
export function StatusChip({ kind, value, word }: StatusProps) {
  const look = statusLook(kind, value);
  return (
    <span className={`chip ${look.tone}`}>
      <Glyph name={look.glyph} />
      {word ?? look.word}
    </span>
  );
}

/** The environment as a chip; prod is hatched and in capitals, so that it is told apart without colour. */
export function EnvironmentChip({ environment }: { readonly environment: string }) {
  return environment === 'prod' ? <span className="chip prod">PROD</span> : <span className="chip">{environment}</span>;
}

/** Who acts: a person's initial (solid), an agent (violet outline) or the system (gear). */
export function ActorMark({
  actor,
  label,
}: {
  readonly actor: { readonly kind: string; readonly id: string };
  /** Said to a reader who cannot see it, where no text beside the mark says it. */
  readonly label?: string;
}) {
  const kind = actor.kind === 'person' || actor.kind === 'agent' ? actor.kind : 'system';
  return (
    <span
      className={`av ${kind}`}
      title={actor.id}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {kind === 'system' ? <Glyph name="gear" /> : kind === 'agent' ? 'A' : actor.id.charAt(0).toUpperCase()}
    </span>
  );
}

/** A budget bar with its words for a reader who cannot see it. */
export function BudgetMeter({
  filled,
  ink,
  summary,
  width = 72,
}: {
  readonly filled: number;
  readonly ink: string;
  readonly summary: string;
  readonly width?: number;
}) {
  return (
    <span className="bar" role="img" aria-label={summary} style={{ width }}>
      <i className={ink} style={{ width: filled }} />
    </span>
  );
}
