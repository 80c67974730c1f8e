import type { IntegrationResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { everyUntilRefused } from '../api/client.ts';
import { queries } from '../api/queries.ts';

/** What came of waiting for a source. */
export type Arrival =
  | { readonly state: 'waiting'; readonly seconds: number }
  | { readonly state: 'arrived'; readonly signals: number; readonly seconds: number }
  | { readonly state: 'silent'; readonly seconds: number };

const received = (items: readonly IntegrationResource[] | undefined, name: string): number =>
  items?.find((item) => item.name === name)?.received ?? 0;

/**
 * Watches whether `name` is received anew: counted by the server, end to end. Says `silent` after `patience` seconds, and goes on
 * watching, for a source may be slow.
 */
export function useArrival(name: string, patience: number): Arrival {
  const query = useQuery({ ...queries.integrations(), refetchInterval: everyUntilRefused(1000) });
  const [start] = useState(() => ({ at: Date.now(), count: received(query.data?.items, name) }));
  const [arrived, setArrived] = useState<Arrival | undefined>();
  const seconds = Math.max(0, ((query.dataUpdatedAt || start.at) - start.at) / 1000);
  const signals = received(query.data?.items, name) - start.count;
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- the first arrival is kept: later signals do not change the answer
    if (signals > 0) setArrived((kept) => kept ?? { state: 'arrived', signals, seconds });
  }, [signals, seconds]);
  return arrived ?? { state: seconds > patience ? 'silent' : 'waiting', seconds };
}
