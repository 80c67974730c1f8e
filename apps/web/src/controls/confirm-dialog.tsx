import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { useId, useState, type ReactNode } from 'react';
import { asProblem } from '../api/problem.ts';
import { Banner } from '../state/banner.tsx';
import { ActionButton } from './action-button.tsx';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly children?: ReactNode;
  readonly confirm: string;
  readonly danger?: boolean;
  /** Asks for a reason of at least three characters. */
  readonly reason?: { readonly label: string; readonly required: boolean };
  /** What has to be typed, for example the name of the environment. */
  readonly typed?: string | undefined;
  readonly busy: boolean;
  readonly error: unknown;
  readonly disabledBecause?: string | undefined;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

/** Says what will happen before the click; the button repeats verb and object. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const id = useId();
  const [reason, setReason] = useState('');
  // What was typed confirms what the button said then; it does not carry over to another deed.
  const [entered, setEntered] = useState({ confirm: props.confirm, text: '' });
  const typed = entered.confirm === props.confirm ? entered.text : '';
  const missing =
    props.disabledBecause ??
    (props.reason?.required === true && reason.trim().length < 3
      ? 'Give a reason first; it is written into the audit log.'
      : undefined) ??
    (props.typed !== undefined && typed !== props.typed ? `Type ${props.typed} first.` : undefined);
  return (
    <Dialog open={props.open} onClose={props.onClose} aria-labelledby={id} maxWidth="sm" fullWidth>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (missing === undefined && !props.busy) props.onConfirm(reason.trim());
        }}
      >
        <DialogTitle id={id}>{props.title}</DialogTitle>
        <DialogContent className="stack">
          {props.children}
          {props.reason !== undefined && (
            <TextField
              label={props.reason.label}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              required={props.reason.required}
              multiline
              minRows={2}
              margin="dense"
              autoFocus
            />
          )}
          {props.typed !== undefined && (
            <TextField
              label={`Type ${props.typed} to confirm`}
              value={typed}
              onChange={(event) => setEntered({ confirm: props.confirm, text: event.target.value })}
              margin="dense"
              autoComplete="off"
              autoFocus={props.reason === undefined}
            />
          )}
          {props.error !== null && props.error !== undefined && (
            <Banner tone="deny" glyph="stop">
              <b>{asProblem(props.error).title}</b> {asProblem(props.error).detail ?? ''}
            </Banner>
          )}
        </DialogContent>
        {props.disabledBecause !== undefined && <p className="small muted refusal">{props.disabledBecause}</p>}
        <DialogActions>
          <ActionButton onClick={props.onClose}>Cancel</ActionButton>
          <ActionButton
            primary
            type="submit"
            danger={props.danger ?? false}
            busy={props.busy}
            disabledBecause={missing}
          >
            {props.confirm}
          </ActionButton>
        </DialogActions>
      </form>
    </Dialog>
  );
}
