import { useEffect, useState } from 'react';

/** As long as nothing is typed for this time, what is typed is what is meant. */
const PAUSE_MS = 300;

/** A text once its writer pauses, so that the server is not asked for every key. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
