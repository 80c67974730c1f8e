import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import type { AnnotationRequest } from '@autoops/contracts';
import { useId, useState } from 'react';
import { calls, curlOf } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { useAction } from '../controls/use-action.ts';
import { Banner } from '../state/banner.tsx';
import { newKey } from '../api/new-key.ts';
import { installationOrigin } from '../api/origin.ts';

const LONGEST = 280;
const SECOND = 1000;

/** "2026-01-15 14:02:07" in UTC, as the fields show it. */
const field = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
/** Milliseconds of what somebody typed as UTC, or undefined where it is no time. */
export function timeOf(text: string): number | undefined {
  const at = Date.parse(`${text.trim().replace(' ', 'T')}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** Asks for the text and the time of a note; `from` and `to` are what was dragged over, or the moment of the button. */
export function AnnotateDialog({
  service,
  environment,
  from,
  to,
  refusal,
  onClose,
}: {
  readonly service: string;
  readonly environment: string;
  readonly from: number;
  readonly to?: number | undefined;
  readonly refusal: string | undefined;
  readonly onClose: () => void;
}) {
  const id = useId();
  const [text, setText] = useState('');
  const [begins, setBegins] = useState(field(from));
  const [ends, setEnds] = useState(to === undefined || to - from < SECOND ? '' : field(to));
  const action = useAction<unknown>(onClose);
  const at = timeOf(begins);
  const until = ends.trim() === '' ? undefined : timeOf(ends);
  const missing =
    refusal ??
    (at === undefined || (ends.trim() !== '' && until === undefined)
      ? 'Write times as 2026-01-15 14:02:07, in UTC.'
      : until !== undefined && until < at
        ? 'It ends before it begins.'
        : text.trim() === ''
          ? 'Write what happened.'
          : undefined);
  const request: AnnotationRequest = {
    service,
    environment,
    text: text.trim(),
    from: new Date(at ?? from).toISOString(),
    ...(until === undefined ? {} : { to: new Date(until).toISOString() }),
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} maxWidth="sm" fullWidth>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (missing === undefined && !action.isPending) action.mutate(calls.annotate(request));
        }}
      >
        <DialogTitle id={id}>
          Note on the charts of {service} in {environment}
        </DialogTitle>
        <DialogContent className="stack">
          <TextField
            label="What happened"
            value={text}
            onChange={(event) => setText(event.target.value)}
            slotProps={{ htmlInput: { maxLength: LONGEST } }}
            helperText={`${text.length} of ${LONGEST}`}
            required
            multiline
            minRows={2}
            margin="dense"
            autoFocus
          />
          <TextField
            label="From, UTC"
            value={begins}
            onChange={(event) => setBegins(event.target.value)}
            autoComplete="off"
            required
            margin="dense"
          />
          <TextField
            label="Until, UTC (empty: a moment)"
            value={ends}
            onChange={(event) => setEnds(event.target.value)}
            autoComplete="off"
            margin="dense"
          />
          {action.error !== null && (
            <Banner tone="deny" glyph="stop">
              <b>{asProblem(action.error).title}</b> {asProblem(action.error).detail ?? ''}
            </Banner>
          )}
          <div className="row">
            <CopyButton text={calls.annotate(request).cli ?? ''} label="Copy as CLI" />
            <CopyButton text={curlOf(calls.annotate(request), installationOrigin(), newKey())} label="Copy as curl" />
          </div>
        </DialogContent>
        <DialogActions>
          <ActionButton onClick={onClose}>Cancel</ActionButton>
          <ActionButton primary type="submit" busy={action.isPending} disabledBecause={missing}>
            Note it
          </ActionButton>
        </DialogActions>
      </form>
    </Dialog>
  );
}
