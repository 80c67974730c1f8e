import type { DryRun, Plan } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { calls } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { useAction } from '../controls/use-action.ts';
import { Time } from '../format/clock.tsx';
import { useRefusal } from '../shell/session.tsx';
import { Banner } from '../state/banner.tsx';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonRows } from '../state/skeletons.tsx';
import { EnvironmentChip, Status } from '../status/status.tsx';

/** The fields that a step would change: "replicas 4 → 6". */
export function changesText(step: Pick<DryRun['steps'][number], 'before' | 'after'>): string {
  const names = [...new Set([...Object.keys(step.before), ...Object.keys(step.after)])];
  const word = (value: unknown): string =>
    value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  const changed = names.filter((name) => word(step.before[name]) !== word(step.after[name]));
  return changed.length === 0
    ? 'changes nothing'
    : changed.map((name) => `${name} ${word(step.before[name])} → ${word(step.after[name])}`).join(', ');
}

function Result({ plan, result }: { readonly plan: Plan; readonly result: DryRun }) {
  return (
    <div className="stack tight">
      <span className="row">
        <Status
          kind="verdict"
          value={result.ok ? 'allow' : 'deny'}
          word={result.ok ? 'Every step could be done and undone' : 'It could not be done now'}
        />
        <span className="small muted">
          tried <Time at={result.at} />; nothing was changed
        </span>
      </span>
      <ol className="rows">
        {result.steps.map((step) => (
          <li key={step.index} className="kv">
            <span>
              {step.index + 1}. {plan.steps[step.index]?.title ?? ''}
            </span>
            <span>
              {step.ok ? changesText(step) : step.detail}
              <span className="muted small"> · {step.undoProven ? 'undo proven' : 'no undo proven'}</span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Tries the newest plan with this runbook on its real targets without changing anything: what would change, and whether it could be undone. */
export function DryRunPanel({ runbook }: { readonly runbook: string }) {
  const query = useQuery(queries.plans({ limit: 50 }));
  const refusal = useRefusal('aiops:analyze');
  const action = useAction<DryRun>();
  return (
    <section className="card" aria-labelledby="dry-run">
      <h2 id="dry-run">Dry run</h2>
      <Loaded query={query} what="plans" skeleton={<SkeletonRows rows={2} />}>
        {(page) => {
          const plan = page.items.find((each) => each.steps.some((step) => step.runbook.name === runbook));
          if (plan === undefined)
            return (
              <p className="muted" style={{ marginTop: 8 }}>
                No plan has used this runbook yet. Once one does, it can be tried here on the real targets without
                changing anything.
              </p>
            );
          return (
            <div className="stack tight" style={{ marginTop: 8 }}>
              <div className="spread">
                <span className="row">
                  <EnvironmentChip environment={plan.environment} />
                  <span>{plan.title}</span>
                  <Link className="cite small" to={`/policies/evaluate?plan=${plan.id}`}>
                    newest plan with it, <Time at={plan.createdAt} relative />
                  </Link>
                </span>
                <ActionButton
                  busy={action.isPending}
                  disabledBecause={refusal}
                  onClick={() => action.mutate(calls.dryRun(plan.id))}
                >
                  Dry run
                </ActionButton>
              </div>
              {action.error !== null && (
                <Banner tone="deny" glyph="stop">
                  <b>{asProblem(action.error).title}</b> {asProblem(action.error).detail ?? ''}
                </Banner>
              )}
              {action.data !== undefined && <Result plan={plan} result={action.data} />}
            </div>
          );
        }}
      </Loaded>
    </section>
  );
}
