import { useLayoutEffect } from 'react';

/** Takes away the frame that stood in the page before any script ran (first-frame.tsx), in the same paint as what takes its place. */
export function useFrameOver(): void {
  useLayoutEffect(() => document.getElementById('first-frame')?.remove(), []);
}
