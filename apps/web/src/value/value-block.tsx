import { intervalBar } from '@autoops/charts';
import type { IncidentValue, Quantiles } from '@autoops/contracts';
import { SceneView } from '../chart/scene-view.tsx';
import { intervalText, moneyText, percentText, plainNumber } from '../format/numbers.ts';
import { EvidenceRefs } from '../incident/sentence.tsx';

/** Grade with what it takes, so that nobody has to look it up. */
export const GRADES: Readonly<Record<IncidentValue['grade'], string>> = {
  A: '20 or more comparable incidents, approved rate card, measured effect',
  B: '8 or more comparable incidents',
  C: 'few comparable incidents, or a prior of the class: indicative',
  D: 'no claim',
};

/** A share of the error budget: "24–73 %", or once it may be more than all of it "0.2–2.7 budgets". */
export function budgetText(share: Quantiles): string {
  return (share.p90 ?? 0) > 1 ? `${intervalText(share)}\u00A0budgets` : `${intervalText(share, 0, 100)}\u00A0%`;
}

/** The value of one incident: minutes, requests and budget first, money second, then the formula and every input. */
export function ValueBlock({ value, incident }: { readonly value: IncidentValue; readonly incident: string }) {
  const rows: readonly (readonly [string, { p10: number | null; p50: number | null; p90: number | null }, string])[] = [
    ['Bad minutes avoided', value.badMinutesAvoided, `${intervalText(value.badMinutesAvoided)}\u00A0min`],
    ['Failed requests avoided', value.failedRequestsAvoided, intervalText(value.failedRequestsAvoided, 0)],
    ['Budget avoided', value.budgetShareAvoided, budgetText(value.budgetShareAvoided)],
  ];
  return (
    <section className="card" aria-label="Value">
      <div className="top">
        <h2>Value</h2>
        <span className="chip" title={GRADES[value.grade]}>
          Grade {value.grade}
          {value.indicative ? ' · indicative' : ''}
        </span>
      </div>
      {value.money !== undefined && (
        <div className="big">
          {moneyText(value.money.booked)}{' '}
          <small>
            booked; estimated {moneyText(value.money.p10)} to {moneyText(value.money.p90)} (P10 to P90)
          </small>
        </div>
      )}
      <p className="muted small">{value.reason}</p>
      <div className="rows">
        {rows.map(([title, quantiles, text]) => (
          <div key={title} className="kv">
            <span>{title}</span>
            <strong className="row" style={{ justifyContent: 'flex-end' }}>
              <SceneView scene={intervalBar(title, quantiles, Math.max(quantiles.p90 ?? 0, 1e-9), 'n', 70)} fixed />
              {text}
            </strong>
          </div>
        ))}
        <div className="kv">
          <span>Happened anyway</span>
          <strong>
            {plainNumber(value.observed.badMinutes, 1)} bad min, {plainNumber(value.observed.failedRequests, 0)} failed
            requests, {percentText(value.observed.budgetShare)} of budget
          </strong>
        </div>
      </div>
      <details className="small" style={{ marginTop: 10 }}>
        <summary>Formula and {value.inputs.length} inputs</summary>
        <p className="mono" style={{ margin: '8px 0' }}>
          {value.formula}
        </p>
        <p className="muted">
          {value.method}; {plainNumber(value.draws, 0)} draws, seed {value.seed.slice(0, 8)}, {value.comparables}{' '}
          comparable incidents.
        </p>
        <div className="rows">
          {value.inputs.map((input) => (
            <div key={input.name} className="kv">
              <span>{input.name}</span>
              <strong>
                {input.value}{' '}
                {input.evidence !== undefined && <EvidenceRefs ids={[input.evidence]} incident={incident} />}
              </strong>
            </div>
          ))}
          {value.rateCard !== undefined && (
            <div className="kv">
              <span>Rate card</span>
              <strong>
                {value.rateCard.name} v{value.rateCard.version}{' '}
                <span className="mono">#{value.rateCard.digest.slice(0, 8)}</span>
              </strong>
            </div>
          )}
          {value.excluded.length > 0 && (
            <div className="kv">
              <span>Left out</span>
              <strong>{value.excluded.join('; ')}</strong>
            </div>
          )}
        </div>
      </details>
    </section>
  );
}
