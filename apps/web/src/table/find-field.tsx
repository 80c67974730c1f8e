import { useEffect, useRef, useState } from 'react';
import { useKeys, useKeyShown } from '../keyboard/keys.tsx';
import { useParameter } from '../shell/url-state.ts';
import type { Filter } from './list.tsx';

const PARAMETER = 'q';

/** The field beside a list's title that narrows it by words; `/` goes to it. */
export function FindField({ label, placeholder }: { readonly label: string; readonly placeholder: string }) {
  const [text, setText] = useParameter(PARAMETER);
  const [typed, setTyped] = useState(text);
  const sent = useRef<string[]>([]);
  const field = useRef<HTMLInputElement>(null);
  // The address follows what is typed, late on a slow machine: an echo of an earlier letter must not undo the later ones.
  useEffect(() => {
    const echo = sent.current.lastIndexOf(text);
    sent.current = sent.current.slice(echo + 1);
    // oxlint-disable-next-line react/set-state-in-effect -- the address was changed elsewhere: a view, or the back button
    if (echo < 0) setTyped(text);
  }, [text]);
  useKeys({ '/': { label: 'Filter', run: () => field.current?.focus() } });
  const key = useKeyShown('/');
  return (
    <span className="find">
      <input
        ref={field}
        type="search"
        className="filter"
        placeholder={placeholder}
        aria-label={label}
        value={typed}
        onChange={({ target: { value } }) => {
          setTyped(value);
          sent.current.push(value);
          setText(value, true);
        }}
      />
      {key !== undefined && typed === '' && <kbd aria-hidden="true">{key}</kbd>}
    </span>
  );
}

/** The filter that goes with the field: rows in whose words the text occurs. */
export function byWords<T>(words: (row: T) => string): Filter<T> {
  return { parameter: PARAMETER, keeps: (row, text) => words(row).toLowerCase().includes(text.toLowerCase()) };
}
