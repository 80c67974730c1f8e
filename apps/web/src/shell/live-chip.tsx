import { durationText } from '@autoops/charts';
import { useLiveness } from '../live/live.tsx';

/** Says honestly how fresh the page is: live with the age of the newest event, stale, polling or offline. */
export function LiveChip() {
  const { state, ageSeconds } = useLiveness();
  const age = ageSeconds === undefined ? '' : durationText(Math.round(ageSeconds));
  const [tone, text] =
    state === 'live'
      ? (['', ageSeconds === undefined || ageSeconds < 1 ? 'Live' : `Live · ${age}`] as const)
      : state === 'stale'
        ? (['stale', `Stale ${age}`] as const)
        : state === 'offline'
          ? (['off', 'Offline'] as const)
          : state === 'polling'
            ? (['stale', 'Reconnecting, every 5 s'] as const)
            : (['stale', 'Connecting'] as const);
  return (
    <span className={`chip live ${tone}`} title={ageSeconds === undefined ? 'No event yet' : `Newest event ${age} ago`}>
      <i />
      <span>{text}</span>
    </span>
  );
}
