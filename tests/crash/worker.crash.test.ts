import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStand, type Placed, type Stand } from '../stand/stand.ts';
import { fails, killAndJudge, opaque, targetsOf, works, type Kill } from './kill.ts';

const IN_EVERY_RUN: readonly Kill[] = [
  // 5 s on a machine of its own; three times that where others compute.
  works('K2', 'owed job claimed, not enqueued: the next relay takes it over', { effectWithinMs: 15_000 }),
  works('K3', 'enqueued, not claimed: claimed by the next worker'),
  works('K4', 'claimed, no intent: claimed again, epoch + 1'),
  works('K5', 'intent, not dispatched: provably unsent, dispatched once'),
  works('K6', 'dispatched, bytes unsent: asked and sent under the same key'),
  works('K7', 'applied at the target, reply unread: asked, one effect'),
  works('K8', 'reply read, result not committed: asked, one effect'),
  works('K9', 'result committed, next step not queued: found by the sweeper'),
  works('K6:2', 'the same at the second step'),
  works('K7:2', 'the same at the second step'),
  works('K10:2', 'inside the verification window: it goes on with the time that is left'),
  works('K13', 'run at an end, message unsent: sent under the same key', { whileDead: theRunHasEnded }),
  works('K15', 'in the terminal transaction: locks and budget freed if and only if its row is there', {
    whileDead: freedOrNot,
  }),
  fails('K11', 'verification failed, no intent to undo: undone once'),
  fails('K12', 'undone at the target, unrecorded: undone once'),
  fails('K7:2', 'the undo applied, its reply unread: undone once'),
  fails('K5:2', 'the undo intended, not dispatched: undone once'),
  opaque('K6', 'class D, bytes unsent: never sent by itself again', 0),
  opaque('K7', 'class D, applied: unknown, a person looks', 1),
  { at: ['K5', 'K7'], must: 'two workers die of one run', ends: 'succeeded' },
];
const ONLY_IN_CAMPAIGNS: readonly Kill[] = [
  works('K4:2', 'at the second step'),
  works('K5:2', 'at the second step'),
  works('K8:2', 'at the second step'),
  works('K9:2', 'at the last step'),
  works('K10:1', 'at the first look'),
  works('K10:3', 'at the last look'),
  fails('K4:2', 'the undo claimed, no intent'),
  fails('K6:2', 'the undo dispatched, bytes unsent'),
  fails('K8:2', 'the reply of the undo read, not committed'),
  fails('K9:2', 'the undo committed'),
  fails('K13', 'undone, message unsent', { whileDead: theRunHasEnded }),
  fails('K15', 'in the terminal transaction of an undo', { whileDead: freedOrNot }),
  { at: ['K6', 'K8', 'K10'], must: 'three workers die of one run', ends: 'succeeded' },
];
const KILLS = process.env['AUTOOPS_CAMPAIGN'] === '1' ? [...IN_EVERY_RUN, ...ONLY_IN_CAMPAIGNS] : IN_EVERY_RUN;

let stand: Stand;
beforeAll(async () => {
  stand = await openStand(KILLS.flatMap(targetsOf));
});
afterAll(async () => {
  await stand?.close();
});

describe('a worker killed by SIGKILL', () => {
  for (const [index, kill] of KILLS.entries()) {
    it(`at ${kill.at.join(', then ')}: ${kill.must}`, async () => {
      await killAndJudge(stand, kill, targetsOf(kill, index));
    });
  }
});

async function theRunHasEnded(here: Stand, placed: Placed): Promise<void> {
  expect(['succeeded', 'rolled-back']).toContain((await here.runOf(placed))?.state);
}

async function freedOrNot(here: Stand, placed: Placed): Promise<void> {
  // The database ends the dead worker's transaction when it notices that its connection is gone.
  await new Promise((wait) => setTimeout(wait, 300));
  const run = await here.runOf(placed);
  const [held] = await here.sql<{ n: number }>(
    `select (select count(*) from target_locks where holder = $1)::int
       + (select count(*) from action_reservations where holder = $1 and released_at is null)::int as n`,
    [run?.id],
  );
  expect((held?.n ?? 0) === 0).toBe(run?.finishedAt !== undefined);
}
