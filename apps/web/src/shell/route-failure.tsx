import { isRouteErrorResponse, useRouteError } from 'react-router';
import { Failed } from '../state/failed.tsx';
import { useFrameOver } from './frame-over.ts';

/** What is shown when a screen throws or its chunk cannot be loaded (after an upgrade, say): a reload gets the new one. */
export function RouteFailure() {
  useFrameOver();
  const error = useRouteError();
  const shown = isRouteErrorResponse(error) ? new Error(`${error.status} ${error.statusText}`) : error;
  return <Failed error={shown} what="page" retry={() => location.reload()} />;
}
