import type { IntegrationResource } from '@autoops/contracts';
import { useState } from 'react';
import { ActionButton } from '../controls/action-button.tsx';
import { durationText, plural } from '../format/numbers.ts';
import { Status } from '../status/status.tsx';
import { useArrival } from './arrival.ts';

/** Two intervals of the source, and at least 10 s, before silence is called silence. */
function patienceOf(source: IntegrationResource): number {
  return Math.max(10, 2 * (source.intervalSeconds ?? 15));
}

function Outcome({ source }: { readonly source: IntegrationResource }) {
  const arrival = useArrival(source.name, patienceOf(source));
  if (arrival.state === 'arrived')
    return (
      <Status
        kind="verdict"
        value="allow"
        word={`${plural(arrival.signals, 'signal')} in ${durationText(Math.max(1, Math.round(arrival.seconds)))}`}
      />
    );
  if (arrival.state === 'waiting')
    return <Status kind="run" value="running" word={`waiting, ${durationText(Math.round(arrival.seconds))}`} />;
  return (
    <span className="small">
      <Status kind="verdict" value="deny" word={`nothing for ${durationText(Math.round(arrival.seconds))}`} />
      <br />
      <span className="muted">{source.lastError ?? 'Look whether the sender runs, and at its own log.'}</span>
    </span>
  );
}

/** Tests a source for real: waits for its next signal and says how long it took. */
export function SourceTest({ source }: { readonly source: IntegrationResource }) {
  const [tested, setTested] = useState(0);
  return (
    <span className="row">
      {tested > 0 && <Outcome key={tested} source={source} />}
      <ActionButton onClick={() => setTested(tested + 1)}>{tested > 0 ? 'Again' : 'Test'}</ActionButton>
    </span>
  );
}
