import { indicatorOf } from '@autoops/charts';
import type { Plan } from '@autoops/contracts';
import { Time } from '../format/clock.tsx';
import { recordText, unbroken } from '../format/numbers.ts';
import { StatusChip } from '../status/status.tsx';
import { shortReason } from '../words/incident-sentence.ts';
import { actorText } from '../words/reasons.ts';
import { changeLines, touchesText, unavailableText, wayBackText } from '../words/plan-words.ts';
import type { Asked } from './use-as-asked.ts';

function ChangeCard({ plan }: { readonly plan: Plan }) {
  return (
    <div className="card changes">
      <b className="small">What changes</b>
      <table className="mono">
        <tbody>
          {plan.steps.flatMap((step) => {
            const lines = changeLines(step);
            return (
              lines.length === 0 ? [{ field: step.action.kind, before: '', after: touchesText([step]) }] : lines
            ).map((line) => (
              <tr key={`${step.id}${line.field}`}>
                <th scope="row">{step.target.name}</th>
                <td>
                  {line.field} {line.before === '' ? '' : `${line.before} → `}
                  <b>{line.after}</b>
                </td>
              </tr>
            ));
          })}
        </tbody>
      </table>
    </div>
  );
}

/** What is approved, why, what it touches, the way back, and by which rule it is asked. */
export function PlanFacts({ approval, plan, incident }: Asked) {
  const rule = plan.verdict?.rules.find((each) => each.effect === 'require-approval');
  const why = unbroken(incident === undefined ? approval.summary : shortReason(incident, approval.state !== 'waiting'));
  return (
    <>
      <dl>
        <dt>Why</dt>
        <dd>{why}</dd>
        <dt>Touches</dt>
        <dd>{unbroken(`${touchesText(plan.steps)}; ${unavailableText(plan.steps)}`)}</dd>
        <dt>Way back</dt>
        <dd>{wayBackText(plan)}</dd>
        <dt>Stops if</dt>
        <dd>
          {plan.verification.signals
            .map(({ signal }) => indicatorOf(signal.service ?? plan.service, signal.indicator))
            .join(' or ')}{' '}
          gets worse
        </dd>
        <dt>Rule</dt>
        <dd>
          {unbroken(rule?.fact ?? plan.verdict?.facts[0] ?? 'asked by policy')}{' '}
          <span className="mono muted">{approval.ruleIds.join(', ')}</span>
        </dd>
        <dt>Record</dt>
        <dd>{recordText(plan.trackRecord)}</dd>
        <dt>Asked by</dt>
        <dd>
          {actorText(approval.requester)}, <Time at={approval.createdAt} /> · plan hash{' '}
          <span className="mono">#{approval.planHash.slice(0, 8)}</span>
        </dd>
      </dl>
      <ChangeCard plan={plan} />
      <details className="small">
        <summary>
          {plan.prechecks.filter((check) => check.passed).length} of {plan.prechecks.length} prechecks passed; bundle{' '}
          <span className="mono">#{approval.bundleDigest.slice(0, 8)}</span>
        </summary>
        <ul className="prechecks">
          {plan.prechecks.map((check) => (
            <li key={`${check.id}${check.phase}`}>
              <StatusChip
                kind="verdict"
                value={check.passed ? 'allow' : 'deny'}
                word={check.passed ? 'Passes' : 'Fails'}
              />{' '}
              {check.title}: {unbroken(check.fact)}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
