import { useState } from 'react';
import { Link } from 'react-router';
import { calls } from '../api/actions.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ActionMenu } from '../controls/action-menu.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { copyText } from '../controls/copy.tsx';
import { download } from '../controls/download.ts';
import { useAction } from '../controls/use-action.ts';
import { Time, TimeAndAge } from '../format/clock.tsx';
import { useKeys } from '../keyboard/keys.tsx';
import { useRefusal, useSession } from '../shell/session.tsx';
import { EnvironmentChip, StatusChip } from '../status/status.tsx';
import type { IncidentView } from './use-incident.ts';

/** How the incident stands, when it began, and what can be done with it as a whole. */
export function IncidentStrip({ view, onGuided }: { readonly view: IncidentView; readonly onGuided: () => void }) {
  const { incident, plan } = view;
  const session = useSession();
  const [dialog, setDialog] = useState<'close' | 'merge' | undefined>();
  const refusal = useRefusal('aiops:remediate');
  const action = useAction<unknown>(() => setDialog(undefined));
  const me = session.subject ?? '';
  const brief = `/api/v1/incidents/${incident.id}/brief.pdf`;
  useKeys({
    p: { label: 'Export the brief (PDF)', run: () => download(brief) },
    y: { label: 'Copy link', run: () => void copyText(location.href, 'Link') },
    u: { label: 'Assign to me', run: () => action.mutate(calls.assign(incident.id, me)) },
  });
  const menuCalls = [
    ...(plan === undefined ? [] : [calls.evaluate(plan.id), calls.execute(plan), calls.dryRun(plan.id)]),
    calls.assign(incident.id, me),
    calls.label('incidents', incident.name, 'useful'),
    calls.label('incidents', incident.name, 'noise'),
    calls.replay(incident.id),
    calls.close(incident.id, 'reason'),
  ];
  return (
    <>
      <div className="strip">
        <StatusChip kind="severity" value={incident.severity} />
        {incident.state === 'closed' && incident.outcome !== undefined ? (
          <StatusChip kind="outcome" value={incident.outcome} />
        ) : (
          <StatusChip kind="incident" value={incident.state} />
        )}
        <EnvironmentChip environment={incident.environment} />
        <span className="muted small identity">
          {incident.name} ·{' '}
          <Link className="cite" to={`/services/${encodeURIComponent(`${incident.environment}:${incident.service}`)}`}>
            {incident.service}
          </Link>{' '}
          · opened{' '}
          {incident.closedAt === undefined ? (
            <TimeAndAge at={incident.openedAt} />
          ) : (
            <>
              <Time at={incident.openedAt} />, closed <Time at={incident.closedAt} />
            </>
          )}
        </span>
        <div className="actions">
          <ActionButton hint="y" onClick={() => void copyText(location.href, 'Link')}>
            Copy link
          </ActionButton>
          <ActionButton hint="p" href={brief} download>
            Export PDF
          </ActionButton>
          <ActionButton href={`/api/v1/incidents/${incident.id}/bundle.json`} download>
            Export JSON
          </ActionButton>
          <ActionMenu
            calls={menuCalls}
            items={[
              {
                label: 'Acknowledge',
                onSelect: () => action.mutate(calls.acknowledge(incident.id)),
                disabledBecause: refusal,
              },
              {
                label: 'Assign to me',
                onSelect: () => action.mutate(calls.assign(incident.id, me)),
                disabledBecause: refusal,
              },
              ...(['useful', 'noise'] as const).map((label) => ({
                label: `Label as ${label}`,
                onSelect: () => action.mutate(calls.label('incidents', incident.name, label)),
                disabledBecause: incident.anomalies.length === 0 ? 'It has no alarm.' : refusal,
              })),
              {
                label: 'Ask for a new plan',
                onSelect: () => action.mutate(calls.replan(incident.id)),
                disabledBecause: refusal,
              },
              { label: 'Run runbooks of your choice', onSelect: onGuided, disabledBecause: refusal },
              { label: 'Merge into another incident', onSelect: () => setDialog('merge'), disabledBecause: refusal },
              {
                label: 'Close incident',
                onSelect: () => setDialog('close'),
                disabledBecause: incident.state === 'closed' ? 'It is closed.' : refusal,
              },
            ]}
          />
        </div>
      </div>
      {dialog === 'close' && (
        <ConfirmDialog
          open
          title={`Close ${incident.name}?`}
          confirm="Close incident"
          reason={{ label: 'Why it can be closed', required: true }}
          busy={action.isPending}
          error={action.error}
          disabledBecause={refusal}
          onClose={() => setDialog(undefined)}
          onConfirm={(reason) => action.mutate(calls.close(incident.id, reason))}
        >
          <p>
            Its plan, if one waits, will not run. Nothing that was already done is undone; use Roll back on the run for
            that.
          </p>
        </ConfirmDialog>
      )}
      {dialog === 'merge' && (
        <ConfirmDialog
          open
          title={`Merge ${incident.name} into another incident?`}
          confirm="Merge incident"
          reason={{ label: 'Number of the other incident, for example INC-0193', required: true }}
          busy={action.isPending}
          error={action.error}
          disabledBecause={refusal}
          onClose={() => setDialog(undefined)}
          onConfirm={(into) => action.mutate(calls.merge(incident.id, into))}
        >
          <p>Its anomalies and story move to the other incident; this one closes as merged.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
