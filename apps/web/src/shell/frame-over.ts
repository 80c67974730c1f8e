import { useLayoutEffect } from 'react';

/** The element that holds what the server drew. */
export const FRAME_ID = 'first-frame';

/** Takes away what the server drew of this page (first-page/draw.tsx), in the same paint as what takes its place. */
export function useFrameOver(): void {
  useLayoutEffect(() => document.getElementById(FRAME_ID)?.remove(), []);
}
