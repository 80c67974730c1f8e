import type { Control } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { useAction } from '../controls/use-action.ts';
import { TimeAndAge } from '../format/clock.tsx';
import { Banner } from '../state/banner.tsx';
import { ActionButton } from '../controls/action-button.tsx';
import { Icon } from './icons.tsx';
import { useRefusal } from './session.tsx';

/** Loads the dialog's code: when it is first asked for, or before by the shell. */
export const loadDialog = async () => ({ default: (await import('../controls/confirm-dialog.tsx')).ConfirmDialog });
const ConfirmDialog = lazy(loadDialog);

const LEVEL_WORDS: Readonly<Record<Control['level'], string>> = {
  open: 'Automation runs',
  'no-new': 'No new run starts; rollbacks still may',
  freeze: 'Nothing leaves, rollbacks neither',
};

/** Said while the controls have not been read. */
const NOT_KNOWN = 'Whether automation is already stopped is not known yet.';

/** The switch that stops all automation of the workspace, with its reason, and the banner while it is on. */
export function useKillSwitch() {
  const controls = useQuery(queries.controls());
  const workspace = controls.data?.items.find((control) => control.scope === 'workspace');
  const others =
    controls.data?.items.filter((control) => control.scope !== 'workspace' && control.level !== 'open') ?? [];
  const [asked, setAsked] = useState<Control['level'] | undefined>();
  const action = useAction<unknown>(() => setAsked(undefined));
  const refusal = useRefusal('aiops:remediate');
  const known = workspace !== undefined;
  const stopped = known && workspace.level !== 'open';

  // Who may not is told why by the dialog.
  const ask = (): void => setAsked(stopped ? 'open' : 'freeze');

  const button = (
    <button
      type="button"
      className={`chip kill${stopped ? ' on' : ''}${known ? '' : ' unknown-state'}${refusal === undefined ? '' : ' refused'}`}
      title={refusal ?? (known ? undefined : NOT_KNOWN)}
      onClick={ask}
    >
      <Icon name="stop" />
      <span>
        {stopped ? 'Stopped' : 'Stop'}
        <span className={stopped ? 'sr' : 'scope'}>
          {stopped ? ': lift the stop of all automation' : ' all automation'}
        </span>
        {!known && <span className="sr">. {NOT_KNOWN}</span>}
      </span>
    </button>
  );
  const banner = (
    <>
      {stopped && (
        <Banner
          tone="deny"
          glyph="stop"
          action={<ActionButton onClick={() => setAsked('open')}>Lift the stop</ActionButton>}
        >
          <b>{workspace.level === 'freeze' ? 'All automation is stopped.' : 'No new run starts.'}</b>{' '}
          {workspace.changedBy.id}, <TimeAndAge at={workspace.changedAt} />: {workspace.reason}
        </Banner>
      )}
      {others.map((control) => (
        <Banner key={control.scope} tone="high" glyph="pause">
          <b>{control.scope.replace(':', ' ')}</b>: {LEVEL_WORDS[control.level].toLowerCase()} ({control.reason})
        </Banner>
      ))}
    </>
  );
  const dialog = asked !== undefined && (
    <Suspense fallback={null}>
      <ConfirmDialog
        open
        title={asked === 'open' ? 'Let automation run again?' : 'Stop all automation?'}
        confirm={asked === 'open' ? 'Lift the stop' : asked === 'freeze' ? 'Stop everything' : 'Stop new runs'}
        danger={asked !== 'open'}
        reason={{ label: 'Reason', required: true }}
        busy={action.isPending}
        error={action.error}
        disabledBecause={refusal}
        onClose={() => setAsked(undefined)}
        onConfirm={(reason) => action.mutate(calls.control('workspace', asked, reason))}
      >
        {asked === 'open' ? (
          <p>Runs that wait go on, and new ones may start where policy allows them. Each is judged again first.</p>
        ) : (
          <>
            {!known && <p>{NOT_KNOWN} This stops it either way.</p>}
            <p>
              Applies to the whole workspace at once, prod included. Detecting, forecasting and planning go on; steps
              that are under way stop at their next boundary. To undo, lift the stop here.
            </p>
            <div className="row" role="radiogroup" aria-label="How much to stop">
              {(['freeze', 'no-new'] as const).map((level) => (
                <button
                  key={level}
                  type="button"
                  role="radio"
                  aria-checked={asked === level}
                  className={`chip${asked === level ? ' run' : ''}`}
                  onClick={() => setAsked(level)}
                >
                  {LEVEL_WORDS[level]}
                </button>
              ))}
            </div>
          </>
        )}
      </ConfirmDialog>
    </Suspense>
  );
  return { button, banner, dialog, ask };
}
