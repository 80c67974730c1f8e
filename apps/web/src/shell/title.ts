import { useEffect } from 'react';

/** Sets the tab's title while the screen is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'AutoOps' : `${title} · AutoOps`;
  }, [title]);
}
