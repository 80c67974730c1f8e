import type { IncidentResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { recordText } from '../format/numbers.ts';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonRows } from '../state/skeletons.tsx';
import { undoText } from '../words/plan-words.ts';
import './guided.css';

/** A guided run: a person names the runbooks, in their order; planner, policy and approval are the same as for any other plan. */
export function GuidedDialog({
  incident,
  refusal,
  onClose,
}: {
  readonly incident: Pick<IncidentResource, 'id' | 'name' | 'environment'>;
  readonly refusal: string | undefined;
  readonly onClose: () => void;
}) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const query = useQuery(queries.runbooks());
  const action = useAction<unknown>(onClose);
  const toggle = (name: string): void =>
    setChosen((names) => (names.includes(name) ? names.filter((each) => each !== name) : [...names, name]));
  return (
    <ConfirmDialog
      open
      title={`Run runbooks of your choice for ${incident.name}?`}
      confirm="Make the plan"
      busy={action.isPending}
      error={action.error}
      disabledBecause={refusal ?? (chosen.length === 0 ? 'Choose a runbook first.' : undefined)}
      onClose={onClose}
      onConfirm={() => action.mutate(calls.guidedPlan(incident.id, chosen))}
    >
      <p>
        The planner makes a new plan of them, in the order in which you choose them, with you as its requester. Policy
        judges it in {incident.environment} as any other plan; nothing runs until it is executed.
      </p>
      <Loaded query={query} what="runbooks" skeleton={<SkeletonRows rows={6} />}>
        {(page) => (
          <fieldset className="guided">
            <legend className="sr">Runbooks</legend>
            {page.items.map((runbook) => {
              const place = chosen.indexOf(runbook.name);
              return (
                <label key={runbook.name} className={place === -1 ? undefined : 'chosen'}>
                  <input type="checkbox" checked={place !== -1} onChange={() => toggle(runbook.name)} />
                  <span>
                    <b>{runbook.title}</b> <span className="mono faint">{runbook.name}</span>
                    <span className="small muted line-each">
                      {runbook.riskClass} risk · {undoText(runbook.spec.spec.steps)} ·{' '}
                      {recordText({ n: runbook.runs, succeeded: runbook.succeeded })}
                    </span>
                  </span>
                  <span className="small muted">{place === -1 ? '' : `${place + 1} of ${chosen.length}`}</span>
                </label>
              );
            })}
          </fieldset>
        )}
      </Loaded>
    </ConfirmDialog>
  );
}
