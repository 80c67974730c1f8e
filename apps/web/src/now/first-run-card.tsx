import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { useAction } from '../controls/use-action.ts';
import { keepMember, readKept } from '../shell/kept.ts';
import { useRefusal, useSession } from '../shell/session.tsx';
import { Glyph } from '../status/glyph.tsx';
import { useTour } from '../tour/tour.tsx';
import { firstRun, type FirstRun, type FirstRunStep } from './first-run.ts';

const STORAGE_KEY = 'autoops-first-run';

/** Of which documents (each has one client) a first run was under way since they were opened: who left for the run comes back to its end. */
const underWay = new WeakSet<QueryClient>();

function Step({ step, index }: { readonly step: FirstRunStep; readonly index: number }) {
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
      </div>
    </li>
  );
}

function Invitation({ invite }: { readonly invite: FirstRun['invite'] }) {
  const breakIt = useAction<unknown>();
  const refusal = useRefusal('aiops:remediate');
  if (invite === undefined) return null;
  if (invite !== 'break')
    return (
      <ActionButton primary to={invite.to}>
        {invite.label}
      </ActionButton>
    );
  return (
    <ActionButton
      busy={breakIt.isPending}
      disabledBecause={refusal}
      onClick={() => breakIt.mutate(calls.breakDemo('noisy-job', 'staging'))}
    >
      Break it now in staging
    </ActionButton>
  );
}

const hasFailed = ({ failureCount, errorUpdateCount }: { failureCount: number; errorUpdateCount: number }): boolean =>
  failureCount + errorUpdateCount > 0;

/**
 * The first run as far as it is known: `pending` until then, undefined where there is no demo, it was over when the page was opened, or
 * it was put away. One that ends while somebody watches stays, so that its end is seen and nothing jumps.
 */
export function useFirstRun(): {
  readonly pending: boolean;
  readonly run: FirstRun | undefined;
  readonly putAway: () => void;
} {
  const client = useQueryClient();
  const session = useSession();
  const [away, setAway] = useState(() => readKept(STORAGE_KEY)['away'] === true);
  const services = useQuery(queries.services());
  const incidents = useQuery(queries.incidents({ limit: 200 }));
  const demo = useQuery({ ...queries.demo(), enabled: session.demo });
  const putAway = (): void => {
    keepMember(STORAGE_KEY, 'away', true);
    setAway(true);
  };
  const broken = (demo.data?.faults ?? [])
    .filter((fault) => fault.active === true)
    .map((fault) => `${fault.name} in ${fault.environment ?? 'staging'}`);
  const run =
    services.data === undefined || incidents.data === undefined
      ? undefined
      : firstRun(services.data.items, incidents.data.items, broken);
  const goesOn = run?.over === false;
  useEffect(() => {
    if (goesOn) underWay.add(client);
  }, [goesOn, client]);
  if (!session.demo || away) return { pending: false, run: undefined, putAway };
  // A sandbox that still starts is asked again and again; the page does not wait for it.
  const pending = services.isPending || incidents.isPending || (demo.isPending && !hasFailed(demo));
  if (run === undefined) return { pending, run, putAway };
  return { pending: false, run: run.over && !underWay.has(client) ? undefined : run, putAway };
}

/** The first minutes with the demo, until its first verified fix; can be put away. */
export function FirstRunCard({ run, onPutAway }: { readonly run: FirstRun; readonly onPutAway: () => void }) {
  const tour = useTour();
  return (
    <section className="card first-run" aria-labelledby="first-run">
      <div className="top">
        <h2 id="first-run" className="h3">
          Your first incident, from the spike to the proven fix
        </h2>
        <span className="row">
          <Invitation invite={run.invite} />
          <ActionButton onClick={tour.start}>Take the tour</ActionButton>
          <ActionButton onClick={onPutAway}>Put away</ActionButton>
        </span>
      </div>
      <ol>
        {run.steps.map((step, index) => (
          <Step key={step.title} step={step} index={index} />
        ))}
      </ol>
    </section>
  );
}
