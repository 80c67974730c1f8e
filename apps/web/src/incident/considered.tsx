import type { ConsideredRunbook } from '@autoops/contracts';
import { Link } from 'react-router';
import { plural } from '../format/numbers.ts';
import { capital } from '../words/reasons.ts';
import { rejectionText } from '../words/plan-words.ts';
import './considered.css';

/** The runbooks that were considered where no plan came of it, each with why not; folded until somebody asks. */
export function Considered({ considered }: { readonly considered: readonly ConsideredRunbook[] }) {
  return (
    <details className="considered">
      <summary>Why not: {plural(considered.length, 'runbook')}</summary>
      <dl>
        {considered.map((one) => (
          <div key={one.runbook}>
            <dt>
              <Link className="cite" to={`/runbooks/${encodeURIComponent(one.runbook)}`}>
                {capital(one.runbook.replaceAll('-', ' '))}
              </Link>
            </dt>
            <dd className="muted">{rejectionText(one)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
