import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { useAction } from '../controls/use-action.ts';
import { keepMember, readKept } from '../shell/kept.ts';
import { useRefusal, useSession } from '../shell/session.tsx';
import { Glyph } from '../status/glyph.tsx';
import { useTour } from '../tour/tour.tsx';
import { firstRunSteps, type FirstRunStep } from './first-run.ts';

const STORAGE_KEY = 'autoops-first-run';

function Step({ step, index }: { readonly step: FirstRunStep; readonly index: number }) {
  const breakIt = useAction<unknown>();
  const refusal = useRefusal('aiops:remediate');
  return (
    <li className={step.state} {...(step.state === 'now' ? { 'aria-current': 'step' as const } : {})}>
      <span className="n" aria-hidden="true">
        {step.state === 'done' ? <Glyph name="check" /> : index + 1}
      </span>
      <div>
        <b>{step.title}</b>
        <span className="sr">
          {step.state === 'done' ? ' (done)' : step.state === 'now' ? ' (now)' : ' (comes later)'}
        </span>
        <p className="small muted">{step.text}</p>
        {step.share !== undefined && (
          <span
            className="bar"
            role="progressbar"
            aria-label="Samples learned"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(step.share * 100)}
          >
            <i className="run" style={{ width: `${Math.min(1, step.share) * 100}%` }} />
          </span>
        )}
        {step.state === 'now' && step.invite === 'break' && (
          <ActionButton
            busy={breakIt.isPending}
            disabledBecause={refusal}
            onClick={() => breakIt.mutate(calls.breakDemo('noisy-job', 'staging'))}
          >
            Break it now in staging
          </ActionButton>
        )}
        {step.state === 'now' && step.invite !== undefined && step.invite !== 'break' && (
          <ActionButton primary to={step.invite.to}>
            {step.invite.label}
          </ActionButton>
        )}
      </div>
    </li>
  );
}

const hasFailed = ({ failureCount, errorUpdateCount }: { failureCount: number; errorUpdateCount: number }): boolean =>
  failureCount + errorUpdateCount > 0;

/** The steps of the first run as far as they are known: `pending` until then, no steps where there is no demo, it is over, or it was put away. */
export function useFirstRun(): {
  readonly pending: boolean;
  readonly steps: readonly FirstRunStep[] | undefined;
  readonly putAway: () => void;
} {
  const session = useSession();
  const [away, setAway] = useState(() => readKept(STORAGE_KEY)['away'] === true);
  const services = useQuery(queries.services());
  const incidents = useQuery(queries.incidents({ limit: 200 }));
  const demo = useQuery({ ...queries.demo(), enabled: session.demo });
  const putAway = (): void => {
    keepMember(STORAGE_KEY, 'away', true);
    setAway(true);
  };
  if (!session.demo || away) return { pending: false, steps: undefined, putAway };
  // A sandbox that still starts is asked again and again; the page does not wait for it.
  const pending = services.isPending || incidents.isPending || (demo.isPending && !hasFailed(demo));
  if (services.data === undefined || incidents.data === undefined || demo.data === undefined)
    return { pending, steps: undefined, putAway };
  const broken = (demo.data.faults ?? [])
    .filter((fault) => fault.active === true)
    .map((fault) => `${fault.name} in ${fault.environment ?? 'staging'}`);
  return { pending: false, steps: firstRunSteps(services.data.items, incidents.data.items, broken), putAway };
}

/** The first minutes with the demo, until its first verified fix; can be put away. */
export function FirstRunCard({
  steps,
  onPutAway,
}: {
  readonly steps: readonly FirstRunStep[];
  readonly onPutAway: () => void;
}) {
  const tour = useTour();
  return (
    <section className="card first-run" aria-labelledby="first-run">
      <div className="top">
        <h2 id="first-run" className="h3">
          Your first incident, from the spike to the proven fix
        </h2>
        <span className="row">
          <ActionButton onClick={tour.start}>Take the tour</ActionButton>
          <ActionButton onClick={onPutAway}>Put away</ActionButton>
        </span>
      </div>
      <ol>
        {steps.map((step, index) => (
          <Step key={step.title} step={step} index={index} />
        ))}
      </ol>
    </section>
  );
}
