import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

describe('Slots', () => {
  it('hands a freed slot to whoever has waited longest, and refuses after the wait', async () => {
    const slots = new Slots(1);
    expect(await slots.acquire(0)).toBe(true);
    const order: string[] = [];
    const first = slots.acquire(1000).then((held) => order.push(`first ${held}`));
    const second = slots.acquire(20).then((held) => order.push(`second ${held}`));
    await second;
    slots.release();
    await first;
    expect(order).toEqual(['second false', 'first true']);
    expect(slots.busy).toBe(1);
    slots.release();
    expect(slots.busy).toBe(0);
  });

  it('reports the mean of the busy slots over the time since it was asked', async () => {
    const slots = new Slots(2);
    slots.meanBusySinceLastCall(0);
    const startedAt = performance.now();
    await slots.acquire(0);
    await sleep(100);
    slots.release();
    const heldMs = performance.now() - startedAt;
    await sleep(100);
    const totalMs = performance.now() - startedAt;
    expect(slots.meanBusySinceLastCall(totalMs)).toBeCloseTo(heldMs / totalMs, 1);
  });
});
