import { lazy, Suspense, useState } from 'react';
import type { ConfirmDialogProps } from './confirm-dialog-box.tsx';

const ConfirmDialogBox = lazy(() => import('./confirm-dialog-box.tsx'));

/** Says what will happen before the click; the button repeats verb and object. Its code is loaded when it first opens. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  // Once opened it stays, so that it can close as it likes and give the focus back.
  const [opened, setOpened] = useState(props.open);
  if (props.open && !opened) setOpened(true);
  return opened ? (
    <Suspense fallback={null}>
      <ConfirmDialogBox {...props} />
    </Suspense>
  ) : null;
}
