import { useEffect, useState } from 'react';

/** At most one message in this time, so that a busy incident does not talk over its reader (ux.md "Accessibility bar"). */
const BETWEEN_MS = 5000;

let waiting: string[] = [];
let lastAt = 0;
let say: ((text: string) => void) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

function speak(): void {
  timer = undefined;
  const text = waiting.join('. ');
  waiting = [];
  if (text === '' || say === undefined) return;
  lastAt = Date.now();
  say(text);
}

/** Queues a message for the one polite live region; messages that come close together are joined. */
export function announce(text: string): void {
  if (!waiting.includes(text)) waiting.push(text);
  timer ??= setTimeout(speak, Math.max(50, lastAt + BETWEEN_MS - Date.now()));
}

/** The page's only live region. */
export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    say = setText;
    return () => {
      say = undefined;
    };
  }, []);
  return (
    // At the top: below a page as high as the window it would make that scroll by its one pixel.
    <div className="sr" style={{ top: 0 }} role="status" aria-live="polite">
      {text}
    </div>
  );
}
