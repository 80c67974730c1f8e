import { useColorScheme } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { ActionButton } from '../controls/action-button.tsx';
import { Choice } from '../controls/choice.tsx';
import { useZone } from '../format/clock.tsx';
import { useKeysContext } from '../keyboard/keys.tsx';
import { rememberMode } from '../theme/mode.ts';
import { setDensity, useDensity } from '../theme/density.ts';

function Line({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="kv">
      <span>{title}</span>
      <div>{children}</div>
    </div>
  );
}

/** How things are shown: rows, moved keys, saved views and hidden columns follow the person, the rest stays in this browser. */
export function Preferences() {
  const { mode = 'system', setMode } = useColorScheme();
  const { zone, setZone } = useZone();
  const keys = useKeysContext();
  const rows = useDensity();
  const moved = Object.entries(keys.bindings);
  return (
    <section className="card" aria-labelledby="preferences">
      <div className="top">
        <h2 id="preferences" className="h3">
          How things are shown
        </h2>
      </div>
      <div className="rows">
        <Line title="Colours">
          <Choice
            label="Colours"
            value={mode}
            options={[
              ['system', 'As the system'],
              ['light', 'Light'],
              ['dark', 'Dark'],
            ]}
            onChoose={(next) => {
              rememberMode(next);
              setMode(next);
            }}
          />
        </Line>
        <Line title="Rows">
          <Choice
            label="Rows"
            value={rows}
            options={[
              ['comfortable', 'Comfortable, 40 px'],
              ['compact', 'Compact, 32 px'],
            ]}
            onChoose={setDensity}
          />
        </Line>
        <Line title="Times">
          <Choice
            label="Times"
            value={zone}
            options={[
              ['utc', 'UTC'],
              ['local', 'Local'],
            ]}
            onChoose={setZone}
          />
        </Line>
        <Line title="Single-key shortcuts">
          <Choice
            label="Single-key shortcuts"
            value={keys.on ? 'on' : 'off'}
            options={[
              ['on', 'On'],
              ['off', 'Off'],
            ]}
            onChoose={(next) => keys.setOn(next === 'on')}
          />
        </Line>
        <Line title="Moved keys">
          {moved.length === 0 ? (
            <span className="muted">
              none; press <kbd>?</kbd> on any screen to move its keys
            </span>
          ) : (
            <span className="row">
              {moved.map(([key, pressed]) => (
                <span key={key} className="nowrap">
                  <kbd>{key}</kbd> → <kbd>{pressed}</kbd>
                </span>
              ))}
              <ActionButton onClick={() => keys.setBindings({})}>Give all keys back</ActionButton>
            </span>
          )}
        </Line>
      </div>
      <p className="small muted" style={{ marginTop: 8 }}>
        Rows, moved keys, saved views and hidden columns follow you to every browser that you sign in with; colours,
        times and whether shortcuts are on stay in this one.
      </p>
    </section>
  );
}
