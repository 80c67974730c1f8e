import Button from '@mui/material/Button';
import type { Annotation } from '@autoops/contracts';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { useAction } from '../controls/use-action.ts';
import { Time } from '../format/clock.tsx';
import { useRefusal, useSession } from '../shell/session.tsx';

/** The notes on the charts of a service in words; one's own can be removed, and put back. */
export function AnnotationList({ annotations }: { readonly annotations: readonly Annotation[] }) {
  const { subject } = useSession();
  const refusal = useRefusal('aiops:analyze');
  const [removed, setRemoved] = useState<Annotation | undefined>();
  const remove = useAction<{ readonly annotation: Annotation }>((answer) => setRemoved(answer.annotation));
  const putBack = useAction<unknown>(() => setRemoved(undefined));
  const error = remove.error ?? putBack.error;
  if (annotations.length === 0 && removed === undefined) return null;
  return (
    <section className="card" style={{ marginBottom: 14 }} aria-labelledby="notes">
      <h3 id="notes">Notes in this range</h3>
      <div className="rows">
        {annotations.map((annotation) => (
          <div key={annotation.id} className="kv">
            <span>
              <Time at={annotation.from} />
              {annotation.to !== undefined && (
                <>
                  {' '}
                  to <Time at={annotation.to} />
                </>
              )}
            </span>
            <span className="row">
              <span>
                {annotation.text} <span className="faint">{annotation.author.id}</span>
              </span>
              {annotation.author.id === subject && (
                <Button
                  variant="text"
                  aria-label={`Remove the note ${annotation.text}`}
                  disabled={refusal !== undefined || remove.isPending}
                  title={refusal}
                  onClick={() => remove.mutate(calls.unannotate(annotation))}
                >
                  Remove
                </Button>
              )}
            </span>
          </div>
        ))}
        {removed !== undefined && (
          <div className="kv" role="status">
            <span className="muted">Removed: {removed.text}</span>
            <Button
              variant="text"
              onClick={() => {
                const { environment, service, from, to, text } = removed;
                putBack.mutate(
                  calls.annotate({ environment, service, from, text, ...(to === undefined ? {} : { to }) }),
                );
              }}
            >
              Undo
            </Button>
          </div>
        )}
      </div>
      {error !== null && (
        <p className="small refusal" role="alert">
          {asProblem(error).title}. {asProblem(error).detail ?? ''}
        </p>
      )}
    </section>
  );
}
