import { lazy, Suspense, useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { Choice } from '../controls/choice.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { SecretOnce } from '../settings/secret-once.tsx';
import { useTitle } from '../shell/title.ts';
import { Banner } from '../state/banner.tsx';
import { Empty } from '../state/empty.tsx';
import { Failed } from '../state/failed.tsx';
import { Learning } from '../state/learning.tsx';
import { Skeleton, SkeletonRows } from '../state/skeletons.tsx';
import { ActorMark, BudgetMeter, EnvironmentChip, Status, StatusChip } from '../status/status.tsx';
import { STATUS_VALUES, type StatusKind } from '../status/statuses.ts';
import { DataTable } from '../table/data-table.tsx';
import { DARK, LIGHT } from '../theme/tokens.ts';
import './design.css';
import { IncidentCards } from './incident-cards.tsx';
import { COLOURS, TYPE } from './samples.ts';

/** Apart from the page: dense charts alone weigh as much as all the rest. */
const Charts = lazy(async () => ({ default: (await import('./charts.tsx')).Charts }));

const KINDS = Object.keys(STATUS_VALUES) as StatusKind[];

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="card part" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

const problem = (status: number, title: string) =>
  new ApiProblem({ type: 'about:blank', title, status, code: 'sample', requestId: 'sample-12345678' });

function Colours() {
  return (
    <div className="swatches">
      {COLOURS.map((name) => (
        <span key={name} className="swatch">
          <i style={{ background: `var(--${name})` }} />
          <b>{name}</b>
          <span className="mono faint">
            {LIGHT[name]} {DARK[name]}
          </span>
        </span>
      ))}
    </div>
  );
}

function Buttons() {
  const [asked, setAsked] = useState(false);
  return (
    <div className="row">
      <ActionButton primary hint="a">
        Open approval
      </ActionButton>
      <ActionButton hint="e">Evaluate</ActionButton>
      <ActionButton danger>Roll back run</ActionButton>
      <ActionButton busy>Scale checkout to 6</ActionButton>
      <ActionButton disabledBecause="This needs the permission aiops:remediate.">Execute plan</ActionButton>
      <CopyButton text="sample" label="Copy" />
      <ActionButton onClick={() => setAsked(true)}>Open a dialog</ActionButton>
      {asked && (
        <ConfirmDialog
          open
          danger
          title="Set replica-cap to off in prod?"
          confirm="Set to off"
          reason={{ label: 'Reason', required: true }}
          typed="prod"
          busy={false}
          error={problem(409, 'It has changed while you decided')}
          onClose={() => setAsked(false)}
          onConfirm={() => setAsked(false)}
        >
          <p>Says what will happen, where, and how to undo it, before the click.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function States() {
  return (
    <div className="grid2">
      <div className="card">
        <Empty
          title="No incident yet"
          text="An incident opens when a measurement leaves what is usual."
          command="npx --no autoops demo break noisy-job"
        />
      </div>
      <div className="card">
        <Failed error={problem(500, 'A fault of AutoOps')} what="incident" retry={() => undefined} />
      </div>
      <div className="card">
        <Failed error={problem(403, 'Not permitted')} what="audit log" />
      </div>
      <div className="card">
        <Failed error={problem(404, 'Not found')} what="incident" />
      </div>
      <div className="card">
        <SkeletonRows rows={3} />
      </div>
      <div className="card stack tight">
        <Learning samples={24} of={60} note="nothing is called unusual before that" />
        <p className="unknown">Time that nobody observed is neither good nor spent.</p>
      </div>
    </div>
  );
}

/** The design system: every component in every state, in the colours in force. */
export default function DesignPage() {
  useTitle('Design');
  const [choice, setChoice] = useState<'off' | 'shadow' | 'on'>('on');
  return (
    <>
      <div className="pagehead">
        <h1>Design</h1>
        <p className="small muted">Every part of the pages in every state; switch colours in the user menu.</p>
      </div>
      <div className="stack">
        <Part title="Colours, light and dark">
          <Colours />
        </Part>
        <Part title="Type">
          {TYPE.map(([name, text]) => (
            <p key={name} className={name}>
              {text}
            </p>
          ))}
        </Part>
        <Part title="Status: shape, word, colour">
          {KINDS.map((kind) => (
            <div key={kind} className="row">
              <span className="small faint kind">{kind}</span>
              {STATUS_VALUES[kind].map((value) => (
                <StatusChip key={value} kind={kind} value={value} />
              ))}
            </div>
          ))}
          <div className="row">
            <span className="small faint kind">in a line</span>
            <Status kind="verdict" value="allow" /> <Status kind="verdict" value="require-approval" />{' '}
            <Status kind="verdict" value={undefined} />
          </div>
          <div className="row">
            <span className="small faint kind">where, who</span>
            <EnvironmentChip environment="prod" /> <EnvironmentChip environment="staging" />
            <ActorMark actor={{ kind: 'person', id: 'anna' }} /> <ActorMark actor={{ kind: 'agent', id: 'planner' }} />
            <ActorMark actor={{ kind: 'system', id: 'detector' }} />
          </div>
          <div className="row">
            <span className="small faint kind">budget</span>
            <BudgetMeter filled={65} ink="allow" summary="90 % left" />{' '}
            <BudgetMeter filled={22} ink="high" summary="31 % left" />
            <BudgetMeter filled={4} ink="critical" summary="5 % left" />
          </div>
        </Part>
        <Part title="Buttons and choices">
          <Buttons />
          <Choice
            label="Toggle"
            value={choice}
            options={[
              ['off', 'off'],
              ['shadow', 'shadow'],
              ['on', 'on'],
            ]}
            onChoose={setChoice}
          />
        </Part>
        <Part title="Messages">
          <Banner tone="deny" glyph="stop" action={<ActionButton>Lift the stop</ActionButton>}>
            <b>All automation is stopped.</b> operator@demo, 14:02:07 UTC: maintenance
          </Banner>
          <Banner tone="high" glyph="clock">
            This is the last that was received; the newest answer failed.
          </Banner>
          <Banner tone="guard" glyph="shield">
            The plan changed since you opened it: review the difference.
          </Banner>
          <Banner tone="run" glyph="half">
            First event of prometheus-eu received after 3 s.
          </Banner>
          <SecretOnce title="The token ci is made." secret="aot_sample" onKept={() => undefined} />
        </Part>
        <Part title="States">
          <States />
        </Part>
        <Part title="Incident: detected, forecast, fix">
          <IncidentCards />
        </Part>
        <Part title="Charts">
          <Suspense fallback={<Skeleton height={480} />}>
            <Charts />
          </Suspense>
        </Part>
        <Part title="Table">
          <DataTable
            label="Samples"
            rows={[
              { id: 'checkout', burn: 9.4 },
              { id: 'orders', burn: 0.2 },
            ]}
            idOf={(row) => row.id}
            onOpen={() => undefined}
            empty={null}
            columns={[
              { key: 'id', title: 'Service', width: '1fr', cell: (row) => <b>{row.id}</b>, sortBy: (row) => row.id },
              {
                key: 'burn',
                title: 'Burning',
                width: '120px',
                align: 'right',
                cell: (row) => `${row.burn}×`,
                sortBy: (row) => row.burn,
              },
            ]}
          />
        </Part>
      </div>
    </>
  );
}
