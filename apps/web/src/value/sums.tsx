import type { ValueSummary } from '@autoops/contracts';
import { moneyText, plainNumber, plural } from '../format/numbers.ts';
import { GRADES } from './value-block.tsx';

/** The sums of the period. */
export function Sums({ summary }: { readonly summary: ValueSummary }) {
  return (
    <div className="grid4">
      <section className="card">
        <h2>Bad service avoided</h2>
        <div className="big">
          {plainNumber(summary.badMinutesAvoided.p10 ?? 0, 1)} min <small>at least (P10)</small>
        </div>
        <p className="small muted">
          P50 {plainNumber(summary.badMinutesAvoided.p50 ?? 0, 1)}, P90{' '}
          {plainNumber(summary.badMinutesAvoided.p90 ?? 0, 1)} min
        </p>
      </section>
      <section className="card">
        <h2>Failed requests avoided</h2>
        <div className="big">
          {plainNumber(summary.failedRequestsAvoided.p10 ?? 0, 0)} <small>at least (P10)</small>
        </div>
        <p className="small muted">
          P50 {plainNumber(summary.failedRequestsAvoided.p50 ?? 0, 0)}, P90{' '}
          {plainNumber(summary.failedRequestsAvoided.p90 ?? 0, 0)}
        </p>
      </section>
      <section className="card">
        <h2>Booked value (P10)</h2>
        <div className="big">{moneyText(summary.booked)}</div>
        <p className="small muted">
          not booked: {moneyText(summary.p10)} to {moneyText(summary.p90)} (P10 to P90)
        </p>
      </section>
      <section className="card">
        <h2>Grades of {plural(summary.incidents, 'incident')}</h2>
        <div className="big">
          {(['A', 'B', 'C', 'D'] as const).map((grade) => `${summary.grades[grade] ?? 0} ${grade}`).join(' · ')}
        </div>
        <p className="small muted">only A and B are booked; overlaps counted once; losses negative</p>
      </section>
    </div>
  );
}

/** What the grades take, how many incidents have each, and what no figure here contains. */
export function LeftOut({ summary }: { readonly summary: ValueSummary }) {
  const reasons = new Map<string, number>();
  for (const reason of summary.rows.flatMap((row) => row.value.excluded))
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  if (summary.rows.length === 0) return null;
  return (
    <div className="grid2">
      <section className="card" aria-labelledby="grades">
        <h2 id="grades">What the grades take</h2>
        <div className="rows">
          {(['A', 'B', 'C', 'D'] as const).map((grade) => (
            <div key={grade} className="kv">
              <span>
                <b>{grade}</b> {GRADES[grade]}
              </span>
              <strong>{plural(summary.grades[grade] ?? 0, 'incident')}</strong>
            </div>
          ))}
        </div>
      </section>
      <section className="card" aria-labelledby="left-out">
        <h2 id="left-out">Left out of every figure above</h2>
        <div className="rows">
          {[...reasons].map(([reason, count]) => (
            <div key={reason} className="kv">
              <span>{reason}</span>
              <strong>{plural(count, 'incident')}</strong>
            </div>
          ))}
          {reasons.size === 0 && <p className="small muted">Nothing was left out.</p>}
        </div>
      </section>
    </div>
  );
}
