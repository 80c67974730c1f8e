import Divider from '@mui/material/Divider';
import MenuItem from '@mui/material/MenuItem';
import { useColorScheme } from '@mui/material/styles';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import { useZone } from '../format/clock.tsx';
import { useKeysContext } from '../keyboard/keys.tsx';
import { rememberMode } from '../theme/mode.ts';
import { useSession, useSessionChange } from './session.tsx';
import { PopMenu } from '../controls/pop-menu.tsx';

/** Who I am; switch between the demo's users (a switch counts as a fresh log-in), scheme, zone, keys. */
export function UserMenu() {
  const session = useSession();
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const [open, setOpen] = useState(false);
  const { mode, setMode } = useColorScheme();
  const { zone, setZone } = useZone();
  const keys = useKeysContext();
  const action = useSessionChange();
  const name = session.name ?? session.subject ?? 'signed in';
  return (
    <>
      <button
        ref={setAnchor}
        type="button"
        className="icon-button user"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`User menu: ${name}, ${session.role ?? ''}`}
        onClick={() => setOpen(true)}
      >
        <span className="av person" style={{ width: 24, height: 24, fontSize: 12 }}>
          {name.charAt(0).toUpperCase()}
        </span>
      </button>
      <PopMenu
        open={open}
        anchorEl={anchor}
        onClose={() => setOpen(false)}
        slotProps={{ list: { 'aria-label': 'User menu' } }}
      >
        <MenuItem disabled style={{ opacity: 1 }}>
          <span>
            <b>{name}</b>
            <br />
            <span className="small muted">{session.role ?? 'no role'}</span>
          </span>
        </MenuItem>
        {session.devUsers.length > 0 && <Divider />}
        {session.devUsers
          .filter((user) => user !== session.subject)
          .map((user) => (
            <MenuItem key={user} onClick={() => action.mutate(calls.login(user))}>
              Switch to {user}
            </MenuItem>
          ))}
        <Divider />
        {(['system', 'light', 'dark'] as const).map((each) => (
          <MenuItem
            key={each}
            selected={mode === each}
            role="menuitemradio"
            aria-checked={mode === each}
            onClick={() => {
              rememberMode(each);
              setMode(each);
            }}
          >
            {each === 'system' ? 'Colours as the system' : each === 'light' ? 'Light colours' : 'Dark colours'}
          </MenuItem>
        ))}
        <Divider />
        <MenuItem
          role="menuitemcheckbox"
          aria-checked={zone === 'local'}
          onClick={() => setZone(zone === 'utc' ? 'local' : 'utc')}
        >
          {zone === 'utc' ? 'Show local times' : 'Show UTC times'}
        </MenuItem>
        <MenuItem role="menuitemcheckbox" aria-checked={keys.on} onClick={() => keys.setOn(!keys.on)}>
          {keys.on ? 'Turn single-key shortcuts off' : 'Turn single-key shortcuts on'}
        </MenuItem>
        <Divider />
        <MenuItem onClick={() => action.mutate(calls.logout())}>Sign out</MenuItem>
      </PopMenu>
    </>
  );
}
