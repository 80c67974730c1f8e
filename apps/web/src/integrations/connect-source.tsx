import TextField from '@mui/material/TextField';
import type { TokenCreated } from '@autoops/contracts';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { installationOrigin } from '../api/origin.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { Choice } from '../controls/choice.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { useAction } from '../controls/use-action.ts';
import { durationText } from '../format/numbers.ts';
import { useRefusal } from '../shell/session.tsx';
import { Banner } from '../state/banner.tsx';
import { Status } from '../status/status.tsx';
import { useArrival } from './arrival.ts';
import { SOURCE_KINDS, sourceName } from './snippets.ts';

/** How long to wait before saying what usually is wrong. */
const PATIENCE_SECONDS = 60;

function FirstEvent({ source }: { readonly source: string }) {
  const arrival = useArrival(source, PATIENCE_SECONDS);
  if (arrival.state === 'arrived')
    return (
      <Banner tone="run" glyph="check">
        <b>First event of {source} received</b> after {durationText(Math.max(1, Math.round(arrival.seconds)))}. What it
        sends is learned from now on; its services appear under Services.
      </Banner>
    );
  return (
    <Banner tone={arrival.state === 'silent' ? 'high' : 'guard'} glyph="clock">
      <b>Waiting for the first event of {source}</b>, {durationText(Math.round(arrival.seconds))}.{' '}
      {arrival.state === 'silent' &&
        'Usually the sender was not reloaded, cannot reach this address, or has another token.'}
    </Banner>
  );
}

/** Connects a source: choose a kind, get the snippet with the real address and a fresh token, and see the first event arrive. */
export function ConnectSource() {
  const [kindId, setKindId] = useState(SOURCE_KINDS[0]?.id ?? '');
  const [name, setName] = useState('');
  const [made, setMade] = useState<TokenCreated | undefined>();
  const action = useAction<TokenCreated>(setMade);
  const refusal = useRefusal('aiops:admin');
  const kind = SOURCE_KINDS.find((each) => each.id === kindId) ?? SOURCE_KINDS[0];
  const source = sourceName(name);
  if (kind === undefined) return null;
  const text = kind.text(installationOrigin(), made?.token ?? 'TOKEN');
  const missing = refusal ?? (source === '' ? 'Name the source first, for example prometheus-eu.' : undefined);
  return (
    <section className="card" aria-labelledby="connect">
      <div className="top">
        <h2 id="connect" className="h3">
          Connect a source
        </h2>
        {made !== undefined && (
          <ActionButton
            onClick={() => {
              setMade(undefined);
              setName('');
            }}
          >
            Connect one more
          </ActionButton>
        )}
      </div>
      <div className="connect">
        <form
          className="stack tight"
          onSubmit={(event) => {
            event.preventDefault();
            if (missing === undefined && made === undefined)
              action.mutate(calls.createToken({ role: 'ingest', source, name: source }));
          }}
        >
          <Choice
            label="Kind of source"
            value={kind.id}
            options={SOURCE_KINDS.map((each) => [each.id, each.title] as const)}
            onChoose={setKindId}
          />
          {made === undefined ? (
            <>
              <TextField
                label="Name of the source"
                value={name}
                disabled={refusal !== undefined}
                onChange={(event) => setName(event.target.value)}
                helperText={source === '' || source === name ? undefined : `It will be called ${source}.`}
                margin="dense"
              />
              <div>
                <ActionButton primary type="submit" busy={action.isPending} disabledBecause={missing}>
                  Make token and fill it in
                </ActionButton>
              </div>
              {missing !== undefined && <p className="small muted">{missing}</p>}
              {action.error !== null && (
                <Banner tone="deny" glyph="stop">
                  <b>{asProblem(action.error).title}</b> {asProblem(action.error).detail ?? ''}
                </Banner>
              )}
            </>
          ) : (
            <>
              <Status kind="verdict" value="allow" word={`Token of ${made.source ?? made.name} made`} />
              <p className="small muted">
                It may send signals as {made.source ?? made.name} and nothing else. It is shown only here and now;
                revoke it under Settings.
              </p>
              <FirstEvent source={made.source ?? made.name} />
            </>
          )}
        </form>
        <div>
          <div className="top">
            <span className="small muted">
              For {kind.place}
              {made === undefined ? '; TOKEN is filled in once it is made' : ''}
            </span>
            <CopyButton text={text} label="Copy" />
          </div>
          <pre className="json" tabIndex={0} aria-label={`Snippet for ${kind.title}`}>
            {text}
          </pre>
        </div>
      </div>
    </section>
  );
}
