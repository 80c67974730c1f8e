import { durationText } from '@autoops/charts';
import { useLiveness } from '../live/live.tsx';
import { forbiddenText } from '../state/forbidden.ts';

/** Says honestly how fresh the page is: live with the age of the newest event, stale, polling, offline, or not to be had. */
export function LiveChip() {
  const { state, ageSeconds } = useLiveness();
  const age = ageSeconds === undefined ? undefined : durationText(Math.round(ageSeconds));
  const [tone, text, more = ''] =
    state === 'live'
      ? (['', 'Live', ageSeconds === undefined || ageSeconds < 1 ? '' : ` · ${age}`] as const)
      : state === 'stale'
        ? (['stale', `Stale ${age}`] as const)
        : state === 'offline'
          ? (['off', 'Offline'] as const)
          : state === 'forbidden'
            ? (['off', 'No permission'] as const)
            : state === 'polling'
              ? (['stale', 'Reconnecting'] as const)
              : (['stale', 'Connecting'] as const);
  const title =
    state === 'forbidden'
      ? `Live events: ${forbiddenText('aiops:read')}`
      : age === undefined
        ? 'No event yet'
        : `Newest event ${age} ago`;
  return (
    <span className={`chip live ${tone}`} title={title}>
      <i />
      <span>
        {text}
        <span className="age">{more}</span>
      </span>
    </span>
  );
}
