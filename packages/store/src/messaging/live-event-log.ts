import { LiveEvent } from '@autoops/contracts';
import type { Pool } from 'pg';
import { row, rows, withWorkspace } from '../database.ts';
import type { Listener } from '../listener.ts';

/** The durable event log behind SSE; matched by the API's own interface. */
export interface LiveEventLog {
  since(workspaceId: string, seq: number, limit: number): Promise<readonly LiveEvent[]>;
  head(workspaceId: string): Promise<number>;
  /** The sequence number before the first event of the last `milliseconds`; the head where nothing happened in them. */
  before(workspaceId: string, milliseconds: number): Promise<number>;
  subscribe(
    onEvent: (workspaceId: string, event: LiveEvent | { readonly tick: LiveEvent }) => void,
  ): Promise<() => Promise<void>>;
}

const CHUNK = 500;

export function createLiveEventLog(pool: Pool, listener: Listener, onProblem: (error: Error) => void): LiveEventLog {
  const since: LiveEventLog['since'] = (workspaceId, seq, limit) =>
    withWorkspace(pool, workspaceId, async (transaction) => {
      const found = await rows<{ seq: string; at: Date; doc: object }>(
        transaction,
        'select seq, at, doc from live_events where seq > $1 order by seq limit $2',
        [seq, limit],
      );
      return found.map((one) => LiveEvent.parse({ ...one.doc, seq: Number(one.seq), at: one.at.toISOString() }));
    });
  return {
    since,
    head: (workspaceId) =>
      withWorkspace(pool, workspaceId, async (transaction) =>
        Number(
          (await row<{ value: string }>(transaction, "select value from counters where name = 'live-events'"))?.value ??
            0,
        ),
      ),
    before: (workspaceId, milliseconds) =>
      withWorkspace(pool, workspaceId, async (transaction) =>
        Number(
          (
            await row<{ value: string | null }>(
              transaction,
              `select coalesce(
                 (select min(seq) - 1 from live_events where at >= clock_timestamp() - $1 * interval '1 millisecond'),
                 (select value from counters where name = 'live-events')) as value`,
              [milliseconds],
            )
          )?.value ?? 0,
        ),
      ),
    subscribe: (onEvent) => {
      const positions = new Map<string, number>();
      let queue = Promise.resolve(); // one after the other: events keep their order
      const catchUp = async (workspaceId: string, first: number, last: number): Promise<void> => {
        let position = positions.get(workspaceId) ?? first - 1;
        while (position < last) {
          const events = await since(workspaceId, position, CHUNK);
          for (const event of events) onEvent(workspaceId, event);
          const newest = events.at(-1)?.seq;
          if (newest === undefined) break; // already pruned
          position = newest;
          positions.set(workspaceId, position);
        }
      };
      const handle = (payload: string): void => {
        const [workspaceId, first, rest] = splitPayload(payload);
        if (payload === '') {
          // The connection was lost: whatever we knew of may have moved on.
          for (const [known, position] of positions)
            queue = queue.then(() => catchUp(known, position + 1, Number.MAX_SAFE_INTEGER)).catch(onProblem);
        } else if (first === 'tick') {
          const tick = JSON.parse(rest) as LiveEvent;
          queue = queue.then(() => onEvent(workspaceId, { tick })).catch(onProblem);
        } else {
          queue = queue.then(() => catchUp(workspaceId, Number(first), Number(rest))).catch(onProblem);
        }
      };
      return listener.listen('autoops_live', handle);
    },
  };
}

/** `<workspace> <first> <last>` or `<workspace> tick <json>`: the third part may contain blanks. */
function splitPayload(payload: string): [string, string, string] {
  const one = payload.indexOf(' ');
  const two = payload.indexOf(' ', one + 1);
  return [payload.slice(0, one), payload.slice(one + 1, two), payload.slice(two + 1)];
}
