import MenuItem from '@mui/material/MenuItem';
import Divider from '@mui/material/Divider';
import { useState, type ReactNode } from 'react';
import { curlOf, type ActionCall } from '../api/actions.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { copyText } from './copy.tsx';
import { ActionButton } from './action-button.tsx';
import { PopMenu } from './pop-menu.tsx';
import { newKey } from '../api/new-key.ts';
import { installationOrigin } from '../api/origin.ts';

interface ActionMenuProps {
  /** The calls of this place: each is offered as a command line and as curl. */
  readonly calls: readonly ActionCall[];
  readonly items?: readonly {
    readonly label: string;
    readonly onSelect: () => void;
    readonly disabledBecause?: string | undefined;
  }[];
  readonly label?: ReactNode;
}

/** Everything that can be done here, and the same outside the page: no action exists only in it. */
export function ActionMenu({ calls, items = [], label = 'Actions' }: ActionMenuProps) {
  const [anchor, setAnchor] = useState<HTMLSpanElement | null>(null);
  const [open, setOpen] = useState(false);
  useKeys({ '.': { label: 'Open actions', run: () => setOpen(true) } });
  const pick = (run: () => void) => () => {
    setOpen(false);
    run();
  };
  return (
    <>
      <span ref={setAnchor}>
        <ActionButton hint="." onClick={() => setOpen(true)}>
          {label}
        </ActionButton>
      </span>
      <PopMenu open={open} anchorEl={anchor} onClose={() => setOpen(false)}>
        {items.map((item) => (
          <MenuItem
            key={item.label}
            disabled={item.disabledBecause !== undefined}
            title={item.disabledBecause}
            onClick={pick(item.onSelect)}
          >
            {item.label}
          </MenuItem>
        ))}
        {items.length > 0 && calls.length > 0 && <Divider />}
        {calls.flatMap((call) => [
          ...(call.cli === undefined
            ? []
            : [
                <MenuItem key={`${call.title}-cli`} onClick={pick(() => void copyText(call.cli ?? '', 'Command'))}>
                  Copy as CLI: {call.title.toLowerCase()}
                </MenuItem>,
              ]),
          <MenuItem
            key={`${call.title}-curl`}
            onClick={pick(() => void copyText(curlOf(call, installationOrigin(), newKey()), 'curl command'))}
          >
            Copy as curl: {call.title.toLowerCase()}
          </MenuItem>,
        ])}
      </PopMenu>
    </>
  );
}
