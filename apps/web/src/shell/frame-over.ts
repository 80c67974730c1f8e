import { useLayoutEffect } from 'react';

/** The elements that hold what the server drew. */
export const FRAME_CLASS = 'first-frame';

/** Takes away what the server drew of this page (first-page/draw.tsx), in the same paint as what takes its place. */
export function useFrameOver(): void {
  useLayoutEffect(() => document.querySelectorAll(`.${FRAME_CLASS}`).forEach((frame) => frame.remove()), []);
}
