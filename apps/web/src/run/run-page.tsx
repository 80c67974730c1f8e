import { shortId } from '@autoops/charts';
import type { Plan, RollbackToken, Run } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ActionMenu } from '../controls/action-menu.tsx';
import { copyText } from '../controls/copy.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { Countdown, Time, useNow } from '../format/clock.tsx';
import { durationText, unbroken } from '../format/numbers.ts';
import { secondsBetween } from '../format/time.ts';
import { useRefusal } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { useParameter } from '../shell/url-state.ts';
import { Banner } from '../state/banner.tsx';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonScreen } from '../state/skeletons.tsx';
import { EnvironmentChip, StatusChip } from '../status/status.tsx';
import { actorText } from '../words/reasons.ts';
import { isLive, runSentence } from '../words/run-words.ts';
import { stepsText } from '../words/plan-words.ts';
import { LogView } from './log-view.tsx';
import './run.css';
import { Stepper } from './stepper.tsx';

/** Why a run cannot be rolled back now; undefined when it can. */
export function rollbackRefusal(run: Pick<Run, 'rollbackToken' | 'state' | 'steps'>, now: Date): string | undefined {
  const token = run.rollbackToken;
  if (run.state === 'rolled-back' || run.state === 'rolling-back')
    return run.state === 'rolled-back' ? 'It is rolled back.' : 'It is being rolled back.';
  if (token === undefined && !isLive(run.state)) return 'Nothing was changed, so there is nothing to roll back.';
  if (token === undefined)
    return 'There is no rollback token yet; it appears with the first step that changes something.';
  if (token.state === 'used') return 'The rollback token was used; each works once.';
  if (token.state !== 'valid' || Date.parse(token.expiresAt) <= now.getTime())
    return 'The rollback token expired; ask for a plan that restores the old state.';
  if (!token.reversible) return 'A step of this run cannot be undone.';
  return undefined;
}

function TokenLine({ token }: { readonly token: RollbackToken | undefined }) {
  if (token === undefined) return <>none yet</>;
  if (token.state !== 'valid') return <>{token.state}</>;
  return (
    <>
      valid, expires in <Countdown at={token.expiresAt} />
    </>
  );
}

/** The first digits of a trace's id, by which it is told apart; the whole id is what a tracing tool is asked for. */
function TraceId({ id }: { readonly id: string }) {
  return (
    <>
      <span className="mono" title={id}>
        {id.slice(0, 8)}
      </span>{' '}
      <button
        type="button"
        className="copy-id"
        aria-label="Copy trace id"
        onClick={() => void copyText(id, 'Trace id')}
      >
        copy
      </button>
    </>
  );
}

function RunBody({ run, plan }: { readonly run: Run; readonly plan: Plan | undefined }) {
  const now = useNow();
  const [step, setStep] = useParameter('step');
  const [dialog, setDialog] = useState<'rollback' | 'abort' | undefined>();
  const action = useAction<unknown>(() => setDialog(undefined));
  const incident = useQuery(queries.incident(run.incidentId));
  const permission = useRefusal('aiops:remediate');
  const live = isLive(run.state);
  // Who watched it end keeps what was there: nothing moves under a finger.
  const [watched] = useState(live);
  const over = live ? undefined : 'The run is over.';
  const elapsed = secondsBetween(run.startedAt ?? run.createdAt, run.finishedAt, now);
  const count = (states: readonly string[]): number => run.steps.filter((each) => states.includes(each.state)).length;
  const pausable = run.state === 'running' || run.state === 'queued' || run.state === 'paused';
  const noRollback = permission ?? rollbackRefusal(run, now);
  useTitle(`Run ${plan?.title ?? shortId(run.id)}`);

  const usual = run.usualSeconds?.p50 ?? null;
  return (
    <>
      <div className="spread" style={{ marginBottom: 8 }}>
        <div className="row">
          <EnvironmentChip environment={run.environment} />
          <StatusChip kind="run" value={run.state} />
          <span className="muted small">
            <Link className="cite" to={`/incidents/${incident.data?.name ?? run.incidentId}`}>
              {incident.data?.name ?? 'incident'}
            </Link>{' '}
            · {run.service} · asked for by {actorText(run.requester)},{' '}
            {run.startedAt === undefined ? 'queued' : 'started'} <Time at={run.startedAt ?? run.createdAt} />
          </span>
        </div>
        <div className="row actions">
          {watched && (
            <ActionButton
              busy={action.isPending}
              disabledBecause={
                permission ?? over ?? (pausable ? undefined : 'Every step is applied or is being undone.')
              }
              onClick={() => action.mutate(calls.pause(run.id, run.state !== 'paused'))}
            >
              {run.state === 'paused' ? 'Resume' : 'Pause'}
            </ActionButton>
          )}
          {watched && (
            <ActionButton
              danger
              disabledBecause={permission ?? over ?? (run.state === 'rolling-back' ? 'It is being undone.' : undefined)}
              onClick={() => setDialog('abort')}
            >
              Abort
            </ActionButton>
          )}
          <ActionButton
            primary={noRollback === undefined && run.state !== 'succeeded'}
            disabledBecause={noRollback}
            onClick={() => setDialog('rollback')}
          >
            Roll back
          </ActionButton>
          <ActionMenu calls={[calls.rollback(run), calls.pause(run.id, true), calls.abort(run.id)]} />
        </div>
      </div>
      <h1>{plan === undefined ? stepsText(run.steps) : unbroken(plan.title)}</h1>
      <dl className="facts">
        {(
          [
            [
              'Elapsed',
              `${durationText(elapsed)}${usual === null ? '' : ` of usually ${durationText(usual)}`}${run.usualSeconds?.p90 === null || run.usualSeconds === undefined ? '' : ` (90 %: ${durationText(run.usualSeconds.p90)})`}`,
            ],
            [
              'Steps',
              `${count(['applied', 'verified', 'compensated'])} of ${run.steps.length} done${count(['failed-definite']) > 0 ? `, ${count(['failed-definite'])} failed` : ''}`,
            ],
            ['Rollback token', <TokenLine key="token" token={run.rollbackToken} />],
            [
              'Plan hash',
              <span key="plan" className="mono">
                #{run.planHash.slice(0, 8)}
              </span>,
            ],
            ...(run.traceparent === undefined && !watched
              ? []
              : ([
                  [
                    'Trace',
                    run.traceparent === undefined ? (
                      'none yet'
                    ) : (
                      <TraceId key="trace" id={run.traceparent.slice(3, 35)} />
                    ),
                  ],
                ] as const)),
          ] as const
        ).map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="stack">
        <div className="run-state">
          {live ? (
            <Banner tone="run" glyph="clock">
              {runSentence(run)}
            </Banner>
          ) : run.state === 'succeeded' ? (
            <Banner tone="allow" glyph="check">
              {runSentence(run)}
            </Banner>
          ) : (
            <Banner tone="high" glyph="undo">
              {runSentence(run)}
            </Banner>
          )}
        </div>
        {action.error !== null && dialog === undefined && (
          <Banner tone="deny" glyph="stop">
            {action.error.message}
          </Banner>
        )}
        <div className="run-grid">
          <section className="card" aria-label="Steps and verification">
            <Stepper
              run={run}
              plan={plan}
              watched={watched}
              selected={step}
              onSelect={(index) => setStep(index, true)}
            />
          </section>
          <LogView runId={run.id} live={live} step={step} />
        </div>
      </div>
      {dialog === 'rollback' && (
        <ConfirmDialog
          open
          title={`Roll back in ${run.environment}?`}
          confirm="Roll back"
          busy={action.isPending}
          error={action.error}
          disabledBecause={noRollback}
          onClose={() => setDialog(undefined)}
          onConfirm={() => action.mutate(calls.rollback(run))}
        >
          <p>
            The applied steps are undone in reverse order, starting at once:{' '}
            {run.steps
              .filter((each) => each.state === 'applied' || each.state === 'verified')
              .toReversed()
              .map((each) => each.title)
              .join(', ') || 'none so far'}
            . The token works once.
          </p>
        </ConfirmDialog>
      )}
      {dialog === 'abort' && (
        <ConfirmDialog
          open
          title="Abort this run?"
          confirm="Abort run"
          danger
          busy={action.isPending}
          error={action.error}
          disabledBecause={permission}
          onClose={() => setDialog(undefined)}
          onConfirm={() => action.mutate(calls.abort(run.id))}
        >
          <p>The remaining steps do not start, and the applied ones are undone in reverse order.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

/** One run: steps and verification left, log right. */
export default function RunPage() {
  const { id = '' } = useParams();
  const run = useQuery({
    ...queries.run(id),
    refetchInterval: (query) => (query.state.data !== undefined && isLive(query.state.data.state) ? 3000 : false),
  });
  const plan = useQuery({ ...queries.plan(run.data?.planId ?? ''), enabled: run.data !== undefined });
  return (
    <Loaded
      query={run}
      what="run"
      heading="Run"
      skeleton={
        <SkeletonScreen
          parts={[
            { heights: [28], width: '70%' },
            { heights: [38], width: '60%' },
            { heights: [38] },
            { grid: 'run-grid', heights: [720, 620] },
          ]}
        />
      }
    >
      {(loaded) => <RunBody run={loaded} plan={plan.data} />}
    </Loaded>
  );
}
