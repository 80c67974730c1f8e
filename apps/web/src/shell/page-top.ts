import { useLayoutEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router';

/**
 * Another page begins at its top, however far down the one before was read. Going back is the browser's, which knows where one was;
 * a parameter of the same page (a tab, a filter) moves nothing. Before effects, so that what a page scrolls to by itself stays.
 */
export function usePageTop(): void {
  const { pathname } = useLocation();
  const arrivedBy = useNavigationType();
  const shown = useRef(pathname);
  useLayoutEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    if (arrivedBy !== 'POP') scrollTo(0, 0);
  }, [pathname, arrivedBy]);
}
