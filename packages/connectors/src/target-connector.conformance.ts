import { randomUUID } from 'node:crypto';
import type { Action, Target } from '@autoops/contracts';
import type { TargetConnector } from '@autoops/pipeline/ports';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A connector under test with one target whose owned field `level` is 1, and the ledger of effects outside of the connector. */
export interface ConformanceSubject {
  readonly connector: TargetConnector;
  readonly target: Target;
  /** Sets `level`; its inverse sets it back. */
  setLevel(level: number): Action;
  effects(): readonly string[];
  stop(): Promise<void>;
}

/** What every connector of class C promises, fake and real alike. */
export function targetConnectorConformance(name: string, start: () => Promise<ConformanceSubject>): void {
  describe(`${name} as a target connector of class C`, () => {
    let subject: ConformanceSubject;
    beforeAll(async () => {
      subject = await start();
    });
    afterAll(() => subject.stop());

    const request = (level: number, opId: string, epoch = 1) => ({
      opId,
      epoch,
      target: subject.target,
      action: subject.setLevel(level),
      timeoutMs: 2_000,
    });

    it('reads and discovers its target', async () => {
      expect(await subject.connector.read(subject.target)).toMatchObject({
        target: { key: subject.target.key, uid: subject.target.uid },
        owned: { level: 1 },
      });
      expect((await subject.connector.discover(subject.target.environment)).map((state) => state.target.key)).toContain(
        subject.target.key,
      );
      expect(await subject.connector.read({ ...subject.target, key: `${subject.target.key}-gone` })).toBeUndefined();
    });

    it('tells in a dry run what would be, and does nothing', async () => {
      const before = subject.effects().length;
      const dry = await subject.connector.dryRun({
        target: subject.target,
        action: subject.setLevel(5),
        timeoutMs: 2_000,
      });
      expect(dry).toMatchObject({ ok: true, before: { level: 1 }, after: { level: 5 } });
      expect(dry.inverse).toBeDefined();
      expect(subject.effects()).toHaveLength(before);
    });

    it('has one effect for a key, however often it is asked', async () => {
      const opId = randomUUID();
      const first = await subject.connector.execute(request(5, opId));
      expect(first).toMatchObject({ kind: 'applied', before: { level: 1 }, after: { level: 5 } });
      expect(await subject.connector.execute(request(5, opId))).toEqual(first);
      expect(await subject.connector.outcomeOf(request(5, opId))).toEqual(first);
      expect(subject.effects().filter((effect) => effect === opId)).toHaveLength(1);
      expect(await subject.connector.read(subject.target)).toMatchObject({ owned: { level: 5 } });
    });

    it('refuses an older epoch without effect', async () => {
      await subject.connector.execute(request(6, randomUUID(), 9));
      const opId = randomUUID();
      expect(await subject.connector.execute(request(7, opId, 8))).toMatchObject({ kind: 'failed' });
      expect(subject.effects()).not.toContain(opId);
    });
  });
}
