import Dialog from '@mui/material/Dialog';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { ActionButton } from '../controls/action-button.tsx';
import { useKeysContext } from '../keyboard/keys.tsx';

/** The keys that work on this page, and the switch that turns them off (WCAG 2.1.4). */
export function KeyMapDialog({ onClose }: { readonly onClose: () => void }) {
  const keys = useKeysContext();
  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby="keymap-title">
      <DialogTitle id="keymap-title">Keys on this page</DialogTitle>
      <DialogContent className="stack">
        <div className="keymap">
          {keys.current().map(([key, text]) => (
            <div key={key}>
              <span>{text}</span>
              <kbd>{key}</kbd>
            </div>
          ))}
          <div>
            <span>Search or run a command</span>
            <kbd>Ctrl K</kbd>
          </div>
        </div>
        <div className="spread">
          <span className="muted small">Keys do nothing while you type in a field.</span>
          <ActionButton onClick={() => keys.setOn(!keys.on)}>
            {keys.on ? 'Turn single-key shortcuts off' : 'Turn single-key shortcuts on'}
          </ActionButton>
        </div>
      </DialogContent>
    </Dialog>
  );
}
