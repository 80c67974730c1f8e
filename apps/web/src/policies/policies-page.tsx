import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import { queries, type PolicyRule } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { useRefusal } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { Banner, Empty, Loaded, SkeletonRows } from '../state/states.tsx';
import { EnvironmentChip } from '../status/status.tsx';

type Toggle = 'off' | 'shadow' | 'on';
const TOGGLES: readonly Toggle[] = ['off', 'shadow', 'on'];
const MEANING: Readonly<Record<Toggle, string>> = {
  off: 'is not asked at all; plans that it would stop may run',
  shadow: 'is asked and recorded, but does not decide',
  on: 'decides',
};

/** The rules in force, what each says in words and in Rego, and its toggle in every environment. */
export default function PoliciesPage() {
  useTitle('Policies');
  const query = useQuery(queries.policies());
  const [open, setOpen] = useState<string | undefined>();
  const [asked, setAsked] = useState<
    { readonly rule: PolicyRule; readonly environment: string; readonly to: Toggle } | undefined
  >();
  const refusal = useRefusal('aiops:admin');
  const action = useAction<unknown>(() => setAsked(undefined));
  const digest = query.data?.bundleDigest;
  return (
    <>
      <div className="pagehead">
        <h1>Policies</h1>
        {digest !== undefined && (
          <span className="muted small">
            bundle in force <span className="mono">#{digest.slice(0, 12)}</span>
          </span>
        )}
      </div>
      {query.data?.configProblem !== undefined && (
        <Banner tone="high" glyph="triangle">
          <b>A changed file was not taken over; the version before it stays in force.</b>{' '}
          <span className="mono">{query.data.configProblem.file}</span>: {query.data.configProblem.message}
        </Banner>
      )}
      <Loaded query={query} what="policies" skeleton={<SkeletonRows rows={8} />}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title="No rule is loaded"
              text="Without a readable bundle every plan is denied."
              command="autoops doctor"
            />
          ) : (
            <div className="card flush scroll-x">
              <table className="plain-table">
                <thead>
                  <tr>
                    <th scope="col">Rule</th>
                    <th scope="col">What it asks</th>
                    <th scope="col">In force</th>
                  </tr>
                </thead>
                <tbody>
                  {page.items.map((rule) => (
                    <tr key={rule.id}>
                      <td style={{ width: '26%' }}>
                        <b>{rule.title}</b> <span className="mono muted">{rule.id}</span>
                      </td>
                      <td>
                        <span className="muted">{rule.kind === 'runbook' ? 'Runbook' : rule.description}</span>
                        {Object.entries(rule.autonomy).length > 0 && (
                          <span className="small muted">
                            :{' '}
                            {Object.entries(rule.autonomy)
                              .map(([environment, level]) => `${level} in ${environment}`)
                              .join(', ')}
                          </span>
                        )}
                        {rule.rego !== undefined && (
                          <>
                            {' '}
                            <button
                              type="button"
                              className="chip"
                              aria-expanded={open === rule.id}
                              onClick={() => setOpen(open === rule.id ? undefined : rule.id)}
                            >
                              {open === rule.id ? 'Hide Rego' : 'Rego'}
                            </button>
                            {open === rule.id && (
                              <pre
                                className="json"
                                tabIndex={0}
                                aria-label={`Rego of ${rule.id}`}
                                style={{ marginTop: 8 }}
                              >
                                {rule.rego}
                              </pre>
                            )}
                          </>
                        )}
                      </td>
                      <td style={{ width: '28%' }}>
                        <div className="stack tight">
                          {Object.entries(rule.toggles).map(([environment, toggle]) => (
                            <span key={environment} className="row">
                              <EnvironmentChip environment={environment} />
                              <span className="row" role="radiogroup" aria-label={`${rule.id} in ${environment}`}>
                                {TOGGLES.map((each) => (
                                  <button
                                    key={each}
                                    type="button"
                                    role="radio"
                                    aria-checked={toggle === each}
                                    className={`chip${toggle === each ? ' run' : ''}`}
                                    onClick={() => toggle !== each && setAsked({ rule, environment, to: each })}
                                  >
                                    {each}
                                  </button>
                                ))}
                              </span>
                            </span>
                          ))}
                          {Object.keys(rule.toggles).length === 0 && <span className="small muted">on everywhere</span>}
                        </div>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      <p className="small muted" style={{ marginTop: 12 }}>
        To see what the bundle says of a plan, open Evaluate on its incident.{' '}
        <ActionButton to="/audit?verb=policy.toggle">Changes of toggles</ActionButton>
      </p>
      {asked !== undefined && (
        <ConfirmDialog
          open
          title={`Set ${asked.rule.id} to ${asked.to} in ${asked.environment}?`}
          confirm={`Set to ${asked.to}`}
          danger={asked.to !== 'on'}
          reason={{ label: 'Reason', required: true }}
          typed={asked.environment === 'prod' && asked.to !== 'on' ? 'prod' : undefined}
          busy={action.isPending}
          error={action.error}
          disabledBecause={refusal}
          onClose={() => setAsked(undefined)}
          onConfirm={(reason) => action.mutate(calls.toggle(asked.rule.id, asked.environment, asked.to, reason))}
        >
          <p>
            From now on this rule {MEANING[asked.to]} in {asked.environment}. It takes effect at once and is audited; to
            undo, set it back here.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
