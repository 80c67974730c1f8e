import { dashOf } from '../chart/dense-columns.ts';
import type { Shift } from './earlier.ts';

interface CompareChoiceProps {
  readonly shifts: readonly Shift[];
  readonly chosen: readonly Shift[];
  /** Of which nothing at all was measured. */
  readonly unmeasured: readonly Shift[];
  readonly onChoose: (values: readonly string[]) => void;
}

/** With which earlier times the charts are compared; any number of them, each with a line broken in a way of its own. */
export function CompareChoice({ shifts, chosen, unmeasured, onChoose }: CompareChoiceProps) {
  const values = chosen.map(({ value }) => value);
  return (
    <div className="row" style={{ marginBottom: 10 }} role="group" aria-label="Compare with">
      <span className="small muted">Compare with</span>
      <div className="row">
        {shifts.map(({ value, label }) => {
          const on = values.includes(value);
          return (
            <button
              key={value}
              type="button"
              className={`chip${on ? ' run' : ''}`}
              aria-pressed={on}
              onClick={() => onChoose(on ? values.filter((each) => each !== value) : [...values, value])}
            >
              {on && (
                <svg viewBox="0 0 14 14" aria-hidden="true">
                  <path
                    d="M0 7h14"
                    stroke="currentColor"
                    strokeDasharray={dashOf(values.indexOf(value)).join(' ')}
                    strokeWidth="1.5"
                  />
                </svg>
              )}
              {label}
            </button>
          );
        })}
      </div>
      {unmeasured.length > 0 && (
        <span className="small muted" role="status">
          Nothing was measured {unmeasured.map(({ label }) => label.replace(/^the /, 'in the ')).join(', nor ')}.
        </span>
      )}
    </div>
  );
}
