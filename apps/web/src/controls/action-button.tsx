import Button from '@mui/material/Button';
import Tooltip from '@mui/material/Tooltip';
import type { MouseEvent, ReactNode } from 'react';
import { Link } from 'react-router';
import { useKeyShown } from '../keyboard/keys.tsx';

interface ActionButtonProps {
  readonly children: ReactNode;
  readonly hint?: string;
  readonly primary?: boolean;
  readonly danger?: boolean;
  readonly onClick?: () => void;
  readonly to?: string;
  readonly href?: string;
  readonly download?: boolean;
  /** Why it cannot be used now; the button stays focusable so that the reason can be read. */
  readonly disabledBecause?: string | undefined;
  readonly busy?: boolean;
  readonly fullWidth?: boolean;
  readonly type?: 'button' | 'submit';
}

/** A button that names verb and object, with its key; a disabled one says why. */
export function ActionButton(props: ActionButtonProps) {
  const { children, hint, primary = false, danger = false, disabledBecause, busy = false } = props;
  const key = useKeyShown(hint);
  const blocked = disabledBecause !== undefined;
  const inner = (
    <>
      {busy ? 'Working…' : children}
      {key !== undefined && <kbd aria-hidden="true">{key}</kbd>}
    </>
  );
  const look = {
    variant: primary ? ('contained' as const) : ('outlined' as const),
    color: danger ? ('error' as const) : ('primary' as const),
    fullWidth: props.fullWidth ?? false,
    ...(key === undefined ? {} : { 'aria-keyshortcuts': key }),
  };
  if (props.to !== undefined && !blocked) {
    return (
      <Button {...look} component={Link} to={props.to}>
        {inner}
      </Button>
    );
  }
  if (props.href !== undefined && !blocked) {
    return (
      <Button {...look} component="a" href={props.href} {...(props.download === true ? { download: true } : {})}>
        {inner}
      </Button>
    );
  }
  // Refused or busy, it stays the same element, so that it keeps the focus; the reason is its description.
  const off = blocked || busy;
  return (
    // In place and not at the end of the document: a reader meets the reason beside its button, inside the landmark or dialog.
    <Tooltip title={disabledBecause ?? ''} describeChild slotProps={{ popper: { disablePortal: true } }}>
      <Button
        {...look}
        type={props.type ?? 'button'}
        {...(off
          ? {
              'aria-disabled': true,
              'aria-busy': busy,
              className: 'Mui-disabled',
              onClick: (event: MouseEvent) => event.preventDefault(),
              style: { pointerEvents: 'auto', cursor: blocked ? 'not-allowed' : 'progress' },
            }
          : props.onClick === undefined
            ? {}
            : { onClick: props.onClick })}
      >
        {inner}
      </Button>
    </Tooltip>
  );
}
