import { shortId } from '@autoops/charts';
import type { EvaluateResponse, Plan, PolicyVerdict, RuleDecision } from '@autoops/contracts';
import { Fragment, useState } from 'react';
import { ActionButton } from '../controls/action-button.tsx';
import { copyText } from '../controls/copy.tsx';
import { Time } from '../format/clock.tsx';
import { plural, unbroken } from '../format/numbers.ts';
import { Status, EnvironmentChip } from '../status/status.tsx';
import { pastText, ruleFact, stepVerdict } from '../words/plan-words.ts';
import './evaluate.css';
import { evaluationTitle, matrixRows, opaCommand, type MatrixRow } from './matrix.ts';
import { autonomyText } from '../words/reasons.ts';

interface CellProps {
  readonly rule: RuleDecision | undefined;
  /** It allows the plan with a limit. */
  readonly limit: boolean;
  readonly where: string;
}

function Cell({ rule, limit, where }: CellProps) {
  return (
    <td data-title={where}>
      <div>
        {rule === undefined ? (
          <span className="faint">not asked</span>
        ) : (
          <>
            <Status kind="verdict" value={limit && rule.effect === 'allow' ? 'constrained' : rule.effect} />
            {rule.toggle !== 'on' && <span className="chip toggle">{rule.toggle}</span>}
            <span className="f">{ruleFact(rule.fact)}</span>
          </>
        )}
      </div>
    </td>
  );
}

function Row({ row, environments }: { readonly row: MatrixRow; readonly environments: readonly string[] }) {
  return (
    <tr className={row.differs ? 'diff' : undefined}>
      <th scope="row">
        <b>{row.title}</b> <span className="mono muted">{row.ruleId}</span>
        {row.differs && <span className="sr"> (differs between environments)</span>}
      </th>
      {row.cells.map((cell, index) => (
        <Cell key={index} rule={cell} limit={row.limits[index] === true} where={environments[index] ?? ''} />
      ))}
    </tr>
  );
}

/** ", 2 with a limit"; nothing where none limits. */
function limitsText({ constraints }: PolicyVerdict): string {
  const limiting = new Set(constraints.map(({ ruleId }) => ruleId)).size;
  return limiting === 0 ? '' : `, ${limiting} with a limit`;
}

/** "0 of 1 approvals, from the role approver"; of a plan that nobody waits for, only how many it would take. */
function approvalsText({ given, required, role }: PolicyVerdict['approvals'], waits: boolean): string {
  const wanted = waits ? `${given} of ${required} approvals` : plural(required, 'approval');
  return `${wanted}, from the role ${role}`;
}

interface EvaluatePanelProps {
  /** Without an audit id it is of an edited plan, and nothing of it is stored. */
  readonly evaluation: Omit<EvaluateResponse, 'auditId'> & { readonly auditId?: string };
  readonly plan: Plan;
  readonly onRefresh: () => void;
  readonly busy: boolean;
}

/** What policy says of a plan, every environment side by side; columns other than the plan's own are a what-if. */
export function EvaluatePanel({ evaluation, plan, onRefresh, busy }: EvaluatePanelProps) {
  const [shownInput, setShownInput] = useState<string | undefined>();
  const rows = matrixRows(evaluation);
  const [all, setAll] = useState(false);
  // What is the same and allowed without a limit everywhere decides nothing; it stands behind a button as soon as there is much of it.
  const quiet = rows.filter((row) => row.same && row.cells[0]?.effect === 'allow' && !row.limits.includes(true));
  const alike = quiet.length > 3 ? quiet : [];
  const telling = rows.filter((row) => !alike.includes(row));
  const environments = evaluation.environments.map((column) => column.environment);
  const own = evaluation.environments.find((column) => column.own);
  // A step's own limit stands in its row.
  const limits = (own?.verdict.constraints ?? []).filter((limit) => limit.stepIndex === undefined);
  const waiting = evaluation.environments.filter((column) => column.verdict.effect !== 'allow');
  const free = evaluation.environments
    .filter((column) => column.verdict.effect === 'allow')
    .map((column) => column.environment);
  // An edited plan is a new one.
  const past = evaluation.auditId === undefined ? undefined : pastText(plan);
  const shown = evaluation.environments.find((column) => column.environment === shownInput);
  return (
    <section className="card evaluate" aria-labelledby="evaluation">
      <div className="top">
        <h1 id="evaluation">{evaluationTitle(plan.version, evaluation.environments, past)}</h1>
        <span className="small muted">
          evaluated <Time at={evaluation.evaluatedAt} relative /> · bundle{' '}
          <span className="mono">#{evaluation.bundleDigest.slice(0, 8)}</span> ·{' '}
          {evaluation.auditId === undefined ? (
            'edited, not stored'
          ) : (
            <>
              audit <span className="mono">{shortId(evaluation.auditId)}</span>
            </>
          )}
        </span>
      </div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Rules by environment">
        <table className="plain-table matrix cards">
          <thead>
            <tr>
              <th scope="col" style={{ width: '34%' }}>
                Rule
              </th>
              {evaluation.environments.map((column) => (
                <th key={column.environment} scope="col">
                  <span className="row">
                    <EnvironmentChip environment={column.environment} />
                    {!column.own
                      ? 'what if'
                      : plan.runId !== undefined && past !== undefined
                        ? 'where it ran'
                        : 'where it would run'}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className="total">
              <th scope="row">
                <b>Verdict</b>
              </th>
              {evaluation.environments.map((column) => (
                <td key={column.environment} data-title={column.environment}>
                  <div>
                    <Status kind="verdict" value={column.verdict.effect} />
                    <span className="f">
                      {column.verdict.effect === 'allow'
                        ? `all ${column.verdict.rules.length} rules allow it${limitsText(column.verdict)}`
                        : column.verdict.effect === 'require-approval'
                          ? approvalsText(column.verdict.approvals, past === undefined)
                          : column.verdict.ruleIds.join(', ')}
                      {` · ${autonomyText(column.autonomy)}`}
                    </span>
                  </div>
                </td>
              ))}
            </tr>
            {telling.map((row) => (
              <Row key={row.ruleId} row={row} environments={environments} />
            ))}
            {alike.length > 0 && (
              <tr>
                <td colSpan={environments.length + 1}>
                  <button type="button" className="chip" aria-expanded={all} onClick={() => setAll(!all)}>
                    {all ? 'Hide' : 'Show'} {alike.length} more rules that allow alike in every environment
                  </button>
                </td>
              </tr>
            )}
            {all && alike.map((row) => <Row key={row.ruleId} row={row} environments={environments} />)}
          </tbody>
        </table>
      </div>
      {own !== undefined && own.verdict.steps.length > 0 && (
        <div className="step-verdicts">
          <h2>Step by step in {own.environment}</h2>
          {own.verdict.steps.map((step) => {
            const { status, text } = stepVerdict(step);
            return (
              <div key={step.index} className="kv">
                <span>
                  {step.index + 1}.{' '}
                  {unbroken(plan.steps.find((each) => each.index === step.index)?.title ?? `Step ${step.index + 1}`)}
                </span>
                <strong className="row" style={{ justifyContent: 'flex-end' }}>
                  <Status kind="verdict" value={status} />
                  <span className="muted small">
                    {text} <span className="mono">{step.ruleId}</span>
                  </span>
                </strong>
              </div>
            );
          })}
        </div>
      )}
      {limits.length > 0 && (
        <p className="small muted" style={{ marginTop: 8 }}>
          Limits of the whole plan: {limits.map((limit) => `${limit.kind} ${limit.value}`).join(', ')}
        </p>
      )}
      <div className="spread evaluate-foot">
        <div className="grow">
          {waiting.length === 0 ? (
            <span>
              {past === undefined ? 'Nothing stands in the way.' : 'Nothing would stand in the way of such a plan.'}
            </span>
          ) : (
            waiting.map((column) => (
              <p key={column.environment}>
                <b>
                  {past === undefined ? 'To be allowed in' : 'Such a plan, to be allowed in'} {column.environment}:
                </b>{' '}
                {column.verdict.toBeAllowed.length === 0
                  ? 'no way is known; every rule above that denies must allow'
                  : column.verdict.toBeAllowed.join(', or ')}
                .
              </p>
            ))
          )}
          {waiting.length > 0 && free.length > 0 && <p className="muted">Never needed in {free.join(' or ')}.</p>}
        </div>
        <div className="row">
          <ActionButton onClick={() => void copyText(opaCommand(own?.input ?? {}), 'opa eval')}>
            Copy opa eval
          </ActionButton>
          <ActionButton hint="e" busy={busy} onClick={onRefresh}>
            Evaluate again
          </ActionButton>
          {plan.approvalId !== undefined && plan.state === 'awaiting-approval' && (
            <ActionButton primary hint="a" to={`/approvals/${plan.approvalId}?v=${plan.hash.slice(0, 8)}`}>
              Open approval
            </ActionButton>
          )}
        </div>
      </div>
      <div className="row" style={{ marginTop: 10 }}>
        <span className="small faint">Input as judged:</span>
        {evaluation.environments.map((column) => (
          <button
            key={column.environment}
            type="button"
            className={`chip${shownInput === column.environment ? ' run' : ''}`}
            aria-expanded={shownInput === column.environment}
            onClick={() => setShownInput(shownInput === column.environment ? undefined : column.environment)}
          >
            {column.environment} <Fragment>· decision {shortId(column.decisionId)}</Fragment>
          </button>
        ))}
      </div>
      {shown !== undefined && (
        <pre className="json" tabIndex={0} aria-label={`Input for ${shown.environment}`} style={{ marginTop: 8 }}>
          {JSON.stringify(shown.input, null, 2)}
        </pre>
      )}
    </section>
  );
}
