import type { ServiceResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { queries } from '../api/queries.ts';
import { Time } from '../format/clock.tsx';
import { recordText } from '../format/numbers.ts';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonRows } from '../state/skeletons.tsx';
import { Status } from '../status/status.tsx';
import { stepsText } from '../words/plan-words.ts';
import { autonomyText } from '../words/reasons.ts';

/** What may be done for a service here, and what was: runbooks with their autonomy, and its last runs. */
export function Beside({ service }: { readonly service: ServiceResource }) {
  const runbooks = useQuery(queries.runbooks());
  const runs = useQuery(queries.runs({ service: service.service, environment: service.environment, limit: 5 }));
  return (
    <section className="card" aria-labelledby="beside">
      <h2 id="beside">Last runs</h2>
      <Loaded query={runs} what="runs" skeleton={<SkeletonRows rows={2} height={28} />}>
        {(page) =>
          page.items.length === 0 ? (
            <p className="small muted" style={{ margin: '8px 0' }}>
              No run on this service yet.
            </p>
          ) : (
            <div className="rows" style={{ marginBottom: 14 }}>
              {page.items.slice(0, 5).map((run) => (
                <div key={run.id} className="kv">
                  <Link className="cite" to={`/runs/${run.id}`}>
                    {stepsText(run.steps)}
                  </Link>
                  <span className="row nowrap" style={{ flex: 'none' }}>
                    <Status kind="run" value={run.state} />
                    <span className="faint">
                      <Time at={run.createdAt} relative />
                    </span>
                  </span>
                </div>
              ))}
            </div>
          )
        }
      </Loaded>
      <h2>Runbooks in {service.environment}</h2>
      <Loaded query={runbooks} what="runbooks" skeleton={<SkeletonRows rows={4} height={28} />}>
        {(page) => (
          <div className="rows">
            {page.items.map((runbook) => (
              <div key={runbook.id} className="kv">
                <Link className="cite nowrap" to={`/runbooks/${encodeURIComponent(runbook.name)}`}>
                  {runbook.title}
                </Link>
                <span className="small muted">
                  {autonomyText(runbook.autonomy[service.environment] ?? runbook.toggle)} ·{' '}
                  {recordText({ n: runbook.runs, succeeded: runbook.succeeded })}
                </span>
              </div>
            ))}
          </div>
        )}
      </Loaded>
    </section>
  );
}
