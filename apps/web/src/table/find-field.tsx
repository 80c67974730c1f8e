import { useRef } from 'react';
import { useKeys } from '../keyboard/keys.tsx';
import { useParameter } from '../shell/url-state.ts';
import type { Filter } from './list.tsx';

const PARAMETER = 'q';

/** The field beside a list's title that narrows it by words; `/` goes to it. */
export function FindField({ label, placeholder }: { readonly label: string; readonly placeholder: string }) {
  const [text, setText] = useParameter(PARAMETER);
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': { label: 'Filter', run: () => field.current?.focus() } });
  return (
    <input
      ref={field}
      type="search"
      className="filter"
      placeholder={`${placeholder}  /`}
      aria-label={label}
      value={text}
      onChange={(event) => setText(event.target.value, true)}
    />
  );
}

/** The filter that goes with the field: rows in whose words the text occurs. */
export function byWords<T>(words: (row: T) => string): Filter<T> {
  return { parameter: PARAMETER, keeps: (row, text) => words(row).toLowerCase().includes(text.toLowerCase()) };
}
