import Button from '@mui/material/Button';
import type { Anomaly, AnomalyLabel, LabelValue } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { calls, curlOf } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { useAction } from '../controls/use-action.ts';
import { useRefusal, useSession } from '../shell/session.tsx';
import { detectorOf, likeItText } from './precision-text.ts';
import { newKey } from '../api/new-key.ts';
import { installationOrigin } from '../api/origin.ts';
import './labels.css';

const WORDS: Readonly<Record<LabelValue, string>> = { useful: 'Useful', noise: 'Noise' };

interface LabelControlProps {
  readonly of: 'anomalies' | 'incidents';
  readonly id: string;
  /** What is labelled, in words: "this alarm", "all 3 alarms of INC-0193". */
  readonly what: string;
  readonly labels: readonly AnomalyLabel[];
}

/** The one thing that a person said of all of these, or undefined where they said nothing or different things. */
function sameOf(labels: readonly AnomalyLabel[], subject: string | undefined): AnomalyLabel | undefined {
  const own = labels.filter((label) => label.labelledBy.id === subject);
  return own.every((label) => label.label === own[0]?.label) ? own[0] : undefined;
}

/** One click says of an alarm whether it was useful or noise; a second click on the same takes it back. */
export function LabelControl({ of, id, what, labels }: LabelControlProps) {
  const { subject } = useSession();
  const refusal = useRefusal('aiops:remediate');
  const [asking, setAsking] = useState(false);
  const action = useAction<unknown>(() => setAsking(false));
  const own = sameOf(labels, subject);
  const others = labels.filter((label) => label.labelledBy.id !== subject);
  const choose = (label: LabelValue): void => {
    if (refusal === undefined && !action.isPending)
      action.mutate(own?.label === label ? calls.unlabel(of, id) : calls.label(of, id, label));
  };
  return (
    <div className="labels">
      <div className="row" role="group" aria-label={`Was ${what} useful?`}>
        {(['useful', 'noise'] as const).map((label) => (
          <button
            key={label}
            type="button"
            className={`chip${own?.label === label ? ' run' : ''}`}
            aria-pressed={own?.label === label}
            aria-disabled={refusal !== undefined}
            title={refusal ?? `Say that ${what} told ${label === 'useful' ? 'something worth knowing' : 'nothing'}`}
            onClick={() => choose(label)}
          >
            {WORDS[label]}
          </button>
        ))}
        {own !== undefined && refusal === undefined && (
          <>
            <Button variant="text" onClick={() => choose(own.label)}>
              Undo
            </Button>
            <Button variant="text" onClick={() => setAsking(true)}>
              {own.reason === undefined ? 'Add a reason' : 'Change the reason'}
            </Button>
          </>
        )}
      </div>
      {own?.reason !== undefined && <p className="small muted">You: {own.reason}</p>}
      {others.length > 0 && <p className="small muted">{othersText(others)}</p>}
      {action.error !== null && !asking && (
        <p className="small refusal" role="alert">
          {asProblem(action.error).title}. {asProblem(action.error).detail ?? ''}
        </p>
      )}
      {asking && own !== undefined && (
        <ConfirmDialog
          open
          title={`Why was ${what} ${own.label}?`}
          confirm="Save reason"
          reason={{ label: 'Reason, written into the audit log', required: true }}
          busy={action.isPending}
          error={action.error}
          onClose={() => setAsking(false)}
          onConfirm={(reason) => action.mutate(calls.label(of, id, own.label, reason))}
        >
          <div className="row">
            <CopyButton text={calls.label(of, id, own.label).cli ?? ''} label="Copy as CLI" />
            <CopyButton
              text={curlOf(calls.label(of, id, own.label), installationOrigin(), newKey())}
              label="Copy as curl"
            />
          </div>
        </ConfirmDialog>
      )}
    </div>
  );
}

/** "anna@example.org: noise; bob@example.org: useful", each person once. */
function othersText(others: readonly AnomalyLabel[]): string {
  const first = new Map<string, AnomalyLabel>();
  for (const label of others) if (!first.has(label.labelledBy.id)) first.set(label.labelledBy.id, label);
  return [...first.values()]
    .map(({ labelledBy, label, reason }) => `${labelledBy.id}: ${label}${reason === undefined ? '' : ` (${reason})`}`)
    .join('; ');
}

/** For the card of an anomaly: how its like were labelled, and the question whether this one was useful. */
export function AlarmLabel({ anomaly, incidentId }: { readonly anomaly: Anomaly; readonly incidentId: string }) {
  const labels = useQuery(queries.labels(incidentId));
  const precision = useQuery(queries.precision());
  return (
    <div className="kv label-row">
      <span>{precision.data === undefined ? ' ' : likeItText(detectorOf(precision.data, anomaly))}</span>
      <LabelControl
        of="anomalies"
        id={anomaly.id}
        what="this alarm"
        labels={(labels.data?.items ?? []).filter((label) => label.anomalyId === anomaly.id)}
      />
    </div>
  );
}
