import type { DecisionRow } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { copyText } from '../controls/copy.tsx';
import { opaCommand } from '../evaluate/matrix.ts';
import { plainNumber } from '../format/numbers.ts';
import { Loaded } from '../state/loaded.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { Status } from '../status/status.tsx';

/** One decision in full: every rule with its fact, what would have allowed it, and the input it was made from. */
export function DecisionDetail({ row }: { readonly row: DecisionRow }) {
  const query = useQuery(queries.decision(row.id));
  const [input, setInput] = useState(false);
  return (
    <Loaded query={query} what="decision" skeleton={<Skeleton height={180} />}>
      {(decision) => (
        <div className="stack tight">
          <div className="rows">
            {decision.verdict.rules
              .toSorted((a, b) => Number(a.effect === 'allow') - Number(b.effect === 'allow'))
              .map((rule) => (
                <div key={rule.ruleId} className="kv">
                  <span>
                    {rule.title} <span className="mono">{rule.ruleId}</span>
                  </span>
                  <span className="row">
                    <span className="muted">{rule.fact}</span> <Status kind="verdict" value={rule.effect} />
                  </span>
                </div>
              ))}
          </div>
          <div className="spread">
            <span className="small">
              {decision.verdict.effect === 'allow' ? (
                'Nothing stood in the way.'
              ) : (
                <>
                  <b>To be allowed in {decision.environment}:</b>{' '}
                  {decision.verdict.toBeAllowed.join(', or ') || 'no way is known'}.
                </>
              )}{' '}
              <span className="muted">
                Bundle <span className="mono">#{row.bundleDigest.slice(0, 8)}</span>, input{' '}
                <span className="mono">#{row.inputDigest.slice(0, 8)}</span>, decided in{' '}
                {plainNumber(row.durationMicros / 1000, 1)} ms.
              </span>
            </span>
            <span className="row">
              <ActionButton onClick={() => void copyText(opaCommand(decision.input), 'opa eval')}>
                Copy opa eval
              </ActionButton>
              <ActionButton onClick={() => setInput(!input)}>{input ? 'Hide input' : 'Input as judged'}</ActionButton>
            </span>
          </div>
          {input && (
            <pre className="json" tabIndex={0} aria-label="Input as judged">
              {JSON.stringify(decision.input, null, 2)}
            </pre>
          )}
        </div>
      )}
    </Loaded>
  );
}
