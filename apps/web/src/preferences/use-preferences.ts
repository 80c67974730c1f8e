import { useEffect } from 'react';
import { onKept } from '../shell/kept.ts';
import { hasUnsent, syncPreferences } from './sync.ts';

/** How long changes gather before they are sent. */
const GATHER_MS = 400;

/**
 * Keeps this browser's preferences and those of the signed-in person together: at sign-in, after each change, when the page is looked
 * at again and when the network comes back. A failure leaves the browser's copy as it is, for the next occasion.
 */
export function useSyncedPreferences(subject: string | undefined): void {
  useEffect(() => {
    if (subject === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running: Promise<void> | undefined;
    const sync = (): void => {
      if (running !== undefined) return;
      running = syncPreferences(subject)
        .catch(() => undefined)
        .finally(() => (running = undefined));
    };
    const changed = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => hasUnsent(subject) && sync(), GATHER_MS);
    };
    const seen = (): void => {
      if (document.visibilityState === 'visible') sync();
    };
    sync();
    const forget = onKept(changed);
    addEventListener('online', sync);
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearTimeout(timer);
      forget();
      removeEventListener('online', sync);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [subject]);
}
