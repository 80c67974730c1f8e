import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { keptText, useKept } from '../shell/kept.ts';
import { BINDINGS_KEY, bindingsOf, boundKey, keepBindings, type Bindings } from './bindings.ts';

export interface KeyAction {
  /** What it does, as the keyboard map shows it. */
  readonly label: string;
  readonly run: () => void;
}
/** Key (or "g s" for two in a row) to action; the last registered wins. */
export type KeyMap = Readonly<Record<string, KeyAction>>;

interface KeysContextValue {
  readonly on: boolean;
  readonly setOn: (on: boolean) => void;
  /** Keys that the user has moved. */
  readonly bindings: Bindings;
  readonly setBindings: (bindings: Bindings) => void;
  readonly register: (map: () => KeyMap) => () => void;
  /** The keys of what is on the page, as the screens name them, with what each does. */
  readonly current: () => readonly (readonly [string, string])[];
}

const STORAGE_KEY = 'autoops-keys';
const KeysContext = createContext<KeysContextValue>({
  on: true,
  setOn: () => undefined,
  bindings: {},
  setBindings: () => undefined,
  register: () => () => undefined,
  current: () => [],
});

/** Whether a key press belongs to a field, a menu or a dialog and must not be taken (WCAG 2.1.4). */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return target.closest('[role=dialog],[role=menu],[role=listbox]') !== null;
}

/** Whether a key already means something to what has the focus: Enter and Space follow a link or press a button. */
export function isActivation(key: string, target: EventTarget | null): boolean {
  return (
    (key === 'Enter' || key === ' ') &&
    target instanceof HTMLElement &&
    target.closest('a,button,summary,[role=button]') !== null
  );
}

/** Holds the shortcuts of what is on the page; they can be turned off, and are inert in fields and dialogs. */
export function KeysProvider({ children }: { readonly children: ReactNode }) {
  const [on, setState] = useState(() => keptText(STORAGE_KEY) !== 'off');
  const kept = useKept(BINDINGS_KEY);
  const bindings = useMemo(() => bindingsOf(kept), [kept]);
  const maps = useRef<(() => KeyMap)[]>([]);

  const setOn = useCallback((next: boolean) => {
    localStorage.setItem(STORAGE_KEY, next ? 'on' : 'off');
    setState(next);
  }, []);
  const register = useCallback((map: () => KeyMap) => {
    maps.current.push(map);
    return () => {
      maps.current = maps.current.filter((other) => other !== map);
    };
  }, []);
  const current = useCallback(() => {
    const all = new Map<string, string>();
    for (const map of maps.current) for (const [key, action] of Object.entries(map())) all.set(key, action.label);
    return [...all];
  }, []);

  useEffect(() => {
    if (!on) return;
    let pending = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const find = (pressed: string): KeyAction | undefined =>
      maps.current
        .flatMap((map) => Object.entries(map()))
        .findLast(([key]) => boundKey(bindings, key) === pressed)?.[1];
    const begins = (pressed: string): boolean =>
      maps.current.some((map) => Object.keys(map()).some((key) => boundKey(bindings, key).startsWith(`${pressed} `)));
    const listen = (event: KeyboardEvent): void => {
      if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTyping(event.target) ||
        isActivation(event.key, event.target)
      )
        return;
      const sequence = pending === '' ? event.key : `${pending} ${event.key}`;
      pending = '';
      clearTimeout(timer);
      const action = find(sequence) ?? find(event.key);
      if (action !== undefined) {
        event.preventDefault();
        action.run();
      } else if (begins(event.key)) {
        pending = event.key;
        timer = setTimeout(() => (pending = ''), 1200);
      }
    };
    addEventListener('keydown', listen);
    return () => {
      clearTimeout(timer);
      removeEventListener('keydown', listen);
    };
  }, [on, bindings]);

  const value = useMemo(
    () => ({ on, setOn, bindings, setBindings: keepBindings, register, current }),
    [on, setOn, bindings, register, current],
  );
  return <KeysContext value={value}>{children}</KeysContext>;
}

/** Registers shortcuts for as long as the component is on the page. */
export function useKeys(map: KeyMap): void {
  const { register } = use(KeysContext);
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => register(() => latest.current), [register]);
}

/** The key to show for `key`: where it was moved to, or undefined while single-key shortcuts are off. */
export function useKeyShown(key: string | undefined): string | undefined {
  const { on, bindings } = use(KeysContext);
  return on && key !== undefined ? boundKey(bindings, key) : undefined;
}

/** The keyboard map's data and switch. */
export function useKeysContext(): KeysContextValue {
  return use(KeysContext);
}
