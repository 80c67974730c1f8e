import { useLayoutEffect } from 'react';

/** Takes away what the server drew of this page (first-page/draw.tsx), in the same paint as what takes its place. */
export function useFrameOver(): void {
  useLayoutEffect(() => document.getElementById('first-frame')?.remove(), []);
}
