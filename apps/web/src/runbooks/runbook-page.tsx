import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { CopyButton } from '../controls/copy.tsx';
import { durationText, recordText } from '../format/numbers.ts';
import { useTitle } from '../shell/title.ts';
import { Loaded, Skeleton } from '../state/states.tsx';
import { StatusChip } from '../status/status.tsx';

/** One runbook: what it needs, does, undoes and is judged by, and its YAML with line numbers. */
export default function RunbookPage() {
  const { id = '' } = useParams();
  const query = useQuery(queries.runbook(id));
  useTitle(query.data?.name ?? 'Runbook');
  return (
    <Loaded query={query} what="runbook" skeleton={<Skeleton height={520} />}>
      {(runbook) => {
        const { spec } = runbook.spec;
        return (
          <div className="stack">
            <div>
              <div className="row" style={{ marginBottom: 6 }}>
                <StatusChip kind="severity" value={runbook.riskClass} word={`Risk ${runbook.riskClass}`} />
                <span className="chip">{runbook.toggle}</span>
                <span className="small muted">
                  {runbook.name} v{runbook.version} · <span className="mono">#{runbook.digest.slice(0, 8)}</span> ·{' '}
                  {runbook.spec.metadata.owner}
                </span>
              </div>
              <h1>{runbook.title}</h1>
              <p className="muted">{runbook.summary}</p>
            </div>
            <div className="grid3">
              <section className="card">
                <h2>Steps and their undo</h2>
                <ol className="rows">
                  {spec.steps.map((step) => (
                    <li key={step.id} className="kv">
                      <span>{step.title}</span>
                      <strong>
                        {step.irreversible === true
                          ? 'cannot be undone'
                          : (step.undo?.action ?? 'undone by its inverse')}
                      </strong>
                    </li>
                  ))}
                </ol>
              </section>
              <section className="card">
                <h2>Before and after</h2>
                <div className="rows">
                  {spec.prechecks.map((check) => (
                    <div key={check.id} className="kv">
                      <span>Precheck</span>
                      <strong>{check.title}</strong>
                    </div>
                  ))}
                  {spec.verification.signals.map((signal) => (
                    <div key={signal.signal.indicator} className="kv">
                      <span>Verified by</span>
                      <strong>
                        {signal.signal.indicator.replaceAll('_', ' ')} {signal.op} {signal.bound} ({signal.view}s&apos;
                        view)
                      </strong>
                    </div>
                  ))}
                  <div className="kv">
                    <span>Settles, then watched</span>
                    <strong>
                      {durationText(spec.verification.settleSeconds)}, {durationText(spec.verification.windowSeconds)}
                    </strong>
                  </div>
                </div>
              </section>
              <section className="card">
                <h2>Limits and record</h2>
                <div className="rows">
                  <div className="kv">
                    <span>Record</span>
                    <strong>{recordText({ n: runbook.runs, succeeded: runbook.succeeded })}</strong>
                  </div>
                  <div className="kv">
                    <span>Objects a run, an hour</span>
                    <strong>
                      {spec.limits.objectsPerRun}, {spec.limits.objectsPerHour}
                    </strong>
                  </div>
                  <div className="kv">
                    <span>Cool-down, attempts</span>
                    <strong>
                      {durationText(spec.limits.coolDownSeconds)}, {spec.limits.attempts}
                    </strong>
                  </div>
                  {Object.entries(runbook.autonomy).map(([environment, level]) => (
                    <div key={environment} className="kv">
                      <span>Autonomy in {environment}</span>
                      <strong>{level}</strong>
                    </div>
                  ))}
                </div>
              </section>
            </div>
            <section className="card">
              <div className="top">
                <h2>YAML</h2>
                <CopyButton text={runbook.yaml} label="Copy YAML" />
              </div>
              <pre className="json numbered" tabIndex={0} aria-label="Runbook YAML">
                {runbook.yaml.split('\n').map((line, index) => (
                  <span key={index} className="line">
                    {line}
                    {'\n'}
                  </span>
                ))}
              </pre>
            </section>
          </div>
        );
      }}
    </Loaded>
  );
}
