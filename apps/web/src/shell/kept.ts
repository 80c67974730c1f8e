import { useMemo, useSyncExternalStore } from 'react';

/** What this page changed itself; other tabs of the browser tell by `storage`. */
const CHANGED = 'autoops-kept';

function recordOf(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The text that this browser keeps under `key`; null where there is none, where storage is forbidden, and on the server. */
export function keptText(key: string): string | null {
  try {
    return globalThis.localStorage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** A record that this browser keeps under `key`; empty where there is none or it cannot be read. */
export function readKept(key: string): Readonly<Record<string, unknown>> {
  return recordOf(keptText(key));
}

/** Keeps a text under `key`, and tells who shows it. */
export function keepText(key: string, text: string): void {
  if (keptText(key) === text) return;
  localStorage.setItem(key, text);
  dispatchEvent(new Event(CHANGED));
}

/** Keeps a whole record under `key`. */
export function keepRecord(key: string, record: Readonly<Record<string, unknown>>): void {
  keepText(key, JSON.stringify(record));
}

/** Sets one member of the record under `key`; the others stay. */
export function keepMember(key: string, member: string, value: unknown): void {
  keepRecord(key, { ...readKept(key), [member]: value });
}

/** Calls back whenever something kept has changed, here or in another tab; returns the end of it. */
export function onKept(listener: () => void): () => void {
  addEventListener(CHANGED, listener);
  addEventListener('storage', listener);
  return () => {
    removeEventListener(CHANGED, listener);
    removeEventListener('storage', listener);
  };
}

/** The text under `key` as it is now, also after another tab or the server changed it. */
export function useKeptText(key: string): string | null {
  return useSyncExternalStore(
    onKept,
    () => keptText(key),
    () => null,
  );
}

/** The record under `key` as it is now. */
export function useKept(key: string): Readonly<Record<string, unknown>> {
  const text = useKeptText(key);
  return useMemo(() => recordOf(text), [text]);
}
