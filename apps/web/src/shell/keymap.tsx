import Dialog from '@mui/material/Dialog';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useState } from 'react';
import { ActionButton } from '../controls/action-button.tsx';
import { bindingProblem, boundKey, withBinding } from '../keyboard/bindings.ts';
import { useKeysContext } from '../keyboard/keys.tsx';

/** One key of the map. Its button takes the next key that is pressed; Escape leaves it as it is, Backspace gives it back. */
function KeyRow({
  name,
  text,
  onPage,
}: {
  readonly name: string;
  readonly text: string;
  readonly onPage: readonly (readonly [string, string])[];
}) {
  const { bindings, setBindings } = useKeysContext();
  const [waiting, setWaiting] = useState(false);
  const [problem, setProblem] = useState<string | undefined>();
  const take = (event: React.KeyboardEvent): void => {
    if (!waiting || ['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setWaiting(false);
    const pressed = event.key === 'Backspace' ? name : event.key;
    const found = bindingProblem(bindings, onPage, name, pressed);
    setProblem(found);
    if (found !== undefined) return;
    setBindings(withBinding(bindings, name, pressed));
    setWaiting(false);
  };
  return (
    <div>
      <span>
        {text}
        {waiting && (
          <span className="small muted"> · {problem ?? 'press the new key, Backspace for the usual one'}</span>
        )}
      </span>
      <button
        type="button"
        className="key"
        aria-label={`${text}: ${boundKey(bindings, name)}; change`}
        onClick={() => {
          setProblem(undefined);
          setWaiting(!waiting);
        }}
        onKeyDown={take}
        onBlur={() => setWaiting(false)}
      >
        <kbd>{waiting ? '…' : boundKey(bindings, name)}</kbd>
      </button>
    </div>
  );
}

/** The keys that work on this page: each can be moved to another key, and all can be turned off (WCAG 2.1.4). */
export default function KeyMapDialog({ onClose }: { readonly onClose: () => void }) {
  const keys = useKeysContext();
  const onPage = keys.current();
  const moved = Object.keys(keys.bindings).length;
  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby="keymap-title">
      <DialogTitle id="keymap-title">Keys on this page</DialogTitle>
      <DialogContent className="stack">
        <div className="keymap">
          {onPage.map(([key, text]) => (
            <KeyRow key={key} name={key} text={text} onPage={onPage} />
          ))}
          <div>
            <span>Search or run a command</span>
            <kbd>Ctrl K</kbd>
          </div>
        </div>
        <div className="spread">
          <span className="muted small">Press a key here to move it. Keys do nothing while you type in a field.</span>
          <span className="row">
            {moved > 0 && <ActionButton onClick={() => keys.setBindings({})}>Give all keys back</ActionButton>}
            <ActionButton onClick={() => keys.setOn(!keys.on)}>
              {keys.on ? 'Turn single-key shortcuts off' : 'Turn single-key shortcuts on'}
            </ActionButton>
          </span>
        </div>
      </DialogContent>
    </Dialog>
  );
}
