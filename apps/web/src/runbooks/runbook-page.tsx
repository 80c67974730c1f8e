import { indicatorName } from '@autoops/charts';
import type { RunbookResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { durationText, percentText, plainNumber, plural, recordText } from '../format/numbers.ts';
import { useTitle } from '../shell/title.ts';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonScreen } from '../state/skeletons.tsx';
import { StatusChip } from '../status/status.tsx';
import { undoText } from '../words/plan-words.ts';
import { autonomyText } from '../words/reasons.ts';
import { DryRunPanel } from './dry-run.tsx';
import './runbooks.css';
import { YamlPanel } from './yaml-panel.tsx';

const OPERATORS: Readonly<Record<string, string>> = { lt: '<', lte: '≤', gt: '>', gte: '≥' };

/** "client error ratio ≤ 2 %, clients' view": what has to hold for a run to count as verified. */
function boundText(signal: RunbookResource['spec']['spec']['verification']['signals'][number]): string {
  const { indicator } = signal.signal;
  const bound = /ratio|saturation/.test(indicator) ? percentText(signal.bound) : plainNumber(signal.bound, 2);
  return `${indicatorName(indicator)} ${OPERATORS[signal.op] ?? signal.op} ${bound}, ${signal.view}s' view`;
}

/** A title with its parameters, which a plan fills in, set apart: "Throttle job *target* to *percent* %". */
function Template({ text }: { readonly text: string }) {
  return text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : <var key={part}>{part}</var>));
}

/** One runbook: what it needs, does, undoes and is judged by, and its YAML with line numbers. */
export default function RunbookPage() {
  const { id = '' } = useParams();
  const query = useQuery(queries.runbook(id));
  useTitle(query.data?.name ?? 'Runbook');
  return (
    <Loaded
      query={query}
      what="runbook"
      key={id}
      heading="Runbook"
      skeleton={
        <SkeletonScreen
          parts={[{ heights: [32], width: '60%' }, { grid: 'grid3', heights: [288, 288, 288] }, { heights: [86, 588] }]}
        />
      }
    >
      {(runbook) => {
        const { spec } = runbook.spec;
        return (
          <div className="stack">
            <div>
              <div className="row" style={{ marginBottom: 6 }}>
                <StatusChip kind="severity" value={runbook.riskClass} word={`Risk ${runbook.riskClass}`} />
                <span className="chip">
                  {runbook.toggle === 'on'
                    ? 'In force'
                    : runbook.toggle === 'shadow'
                      ? 'Shadow: acts on nothing'
                      : 'Turned off'}
                </span>
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
                <h2>When, what, and the way back</h2>
                <ol className="rows">
                  {spec.appliesWhen.all.map((condition) => (
                    <li key={condition.id} className="kv">
                      <span>Applies when</span>
                      <strong>{condition.title}</strong>
                    </li>
                  ))}
                  {spec.appliesWhen.any.map((condition, index) => (
                    <li key={condition.id} className="kv">
                      <span>{index > 0 ? 'or' : spec.appliesWhen.all.length > 0 ? 'and one of' : 'Applies when'}</span>
                      <strong>{condition.title}</strong>
                    </li>
                  ))}
                  {spec.notWhen.map((condition) => (
                    <li key={condition.id} className="kv">
                      <span>Not when</span>
                      <strong>{condition.title}</strong>
                    </li>
                  ))}
                  {spec.steps.map((step) => (
                    <li key={step.id} className="kv">
                      <span>
                        <Template text={step.title} />
                      </span>
                      <strong>
                        {step.undo === undefined || undoText([step]) !== 'can be undone'
                          ? undoText([step])
                          : `undone by ${step.undo.action.replaceAll('-', ' ')}`}
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
                      <strong>{boundText(signal)}</strong>
                    </div>
                  ))}
                  <div className="kv">
                    <span>Watched</span>
                    <strong>
                      {durationText(spec.verification.windowSeconds)}, once{' '}
                      {durationText(spec.verification.settleSeconds)} to settle are over
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
                    <span>Touches at most</span>
                    <strong>
                      {plural(spec.limits.objectsPerRun, 'object')} a run, {spec.limits.objectsPerHour} an hour
                    </strong>
                  </div>
                  <div className="kv">
                    <span>Tried</span>
                    <strong>
                      at most {plural(spec.limits.attempts, 'time')}, {durationText(spec.limits.coolDownSeconds)} apart
                    </strong>
                  </div>
                  {Object.entries(runbook.autonomy).map(([environment, level]) => (
                    <div key={environment} className="kv">
                      <span>Autonomy in {environment}</span>
                      <strong>{autonomyText(level)}</strong>
                    </div>
                  ))}
                </div>
              </section>
            </div>
            <DryRunPanel runbook={runbook.name} />
            <YamlPanel name={runbook.name} yaml={runbook.yaml} />
          </div>
        );
      }}
    </Loaded>
  );
}
