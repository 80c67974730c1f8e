import Dialog from '@mui/material/Dialog';
import DialogContent from '@mui/material/DialogContent';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { queries } from '../api/queries.ts';
import { PLACES, SECOND_PLACES } from './rail.tsx';
import { matchCommands, type Command } from './commands.ts';

interface PaletteProps {
  readonly onClose: () => void;
  readonly extra: readonly Command[];
}

/** Search and commands in one field (Ctrl K): places, incidents, services, runbooks, the audit log, and what can be done. */
export default function Palette({ onClose, extra }: PaletteProps) {
  const navigate = useNavigate();
  const listId = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const incidents = useQuery(queries.incidents({}));
  const services = useQuery(queries.services());
  const runbooks = useQuery(queries.runbooks());

  const all = useMemo<readonly Command[]>(() => {
    const go = (to: string) => () => void navigate(to);
    return [
      ...extra,
      ...[...PLACES, ...SECOND_PLACES].map((place) => ({
        group: 'Go to',
        label: place.label,
        hint: place.key,
        run: go(place.to),
      })),
      ...(incidents.data?.items ?? []).map((row) => ({
        group: 'Incidents',
        label: `${row.name} ${row.title}`,
        hint: row.environment,
        run: go(`/incidents/${row.name}`),
      })),
      ...(services.data?.items ?? []).map((row) => ({
        group: 'Services',
        label: `${row.service} in ${row.environment}`,
        hint: row.state,
        run: go(`/services/${encodeURIComponent(row.id)}`),
      })),
      ...(runbooks.data?.items ?? []).map((row) => ({
        group: 'Runbooks',
        label: `${row.name}: ${row.title}`,
        hint: `v${row.version}`,
        run: go(`/runbooks/${encodeURIComponent(row.name)}`),
      })),
    ];
  }, [extra, incidents.data, services.data, runbooks.data, navigate]);
  // Never behind the field: Enter runs what stands first, and that must be what these words find.
  const found = useMemo(() => {
    const words = text.trim();
    const search = (label: string, place: string): Command => ({
      group: 'Search',
      label: `${label} for “${words}”`,
      run: () => void navigate(`${place}?q=${encodeURIComponent(words)}`),
    });
    const searches = words === '' ? [] : [search('incidents', '/incidents'), search('the audit log', '/audit')];
    return [...matchCommands(all, text).slice(0, 40), ...searches];
  }, [all, text, navigate]);
  const pick = (command: Command | undefined): void => {
    if (command === undefined) return;
    onClose();
    command.run();
  };

  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="sm"
      fullWidth
      aria-label="Search or run a command"
      slotProps={{ paper: { style: { alignSelf: 'flex-start', marginTop: '10vh' } } }}
    >
      <DialogContent style={{ paddingTop: 16 }}>
        <TextField
          autoFocus
          placeholder="Search or run a command"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault();
              setChosen((index) =>
                Math.min(found.length - 1, Math.max(0, index + (event.key === 'ArrowDown' ? 1 : -1))),
              );
            } else if (event.key === 'Enter') {
              event.preventDefault();
              pick(found[chosen]);
            }
          }}
          slotProps={{
            htmlInput: {
              role: 'combobox',
              'aria-expanded': true,
              'aria-controls': listId,
              'aria-activedescendant': `${listId}-${chosen}`,
              'aria-label': 'Search or run a command',
            },
          }}
        />
        <ul id={listId} role="listbox" aria-label="Results" className="palette-list">
          {found.map((command, index) => (
            <li
              key={`${command.group}${command.label}`}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onMouseMove={() => setChosen(index)}
              onClick={() => pick(command)}
            >
              <span>
                <span className="faint small">{command.group} · </span>
                {command.label}
              </span>
              {command.hint !== undefined && <kbd>{command.hint}</kbd>}
            </li>
          ))}
        </ul>
      </DialogContent>
    </Dialog>
  );
}
