import type { MenuProps } from '@mui/material/Menu';
import { lazy, Suspense, useState } from 'react';

const Menu = lazy(() => import('@mui/material/Menu'));

/** MUI's menu, whose code is loaded when it first opens. */
export function PopMenu(props: MenuProps) {
  // Once opened it stays, so that it can close as it likes and give the focus back.
  const [opened, setOpened] = useState(props.open);
  if (props.open && !opened) setOpened(true);
  return opened ? (
    <Suspense fallback={null}>
      <Menu {...props} />
    </Suspense>
  ) : null;
}
