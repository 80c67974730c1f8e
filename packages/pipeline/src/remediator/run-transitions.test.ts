import type { Verification } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { keepVerifying } from './run-transitions.ts';

const sample = (indicator: string, second: number, good = true): Verification['samples'][number] => ({
  at: `2026-01-15T14:00:0${second}.000Z`,
  indicator,
  service: 'orders',
  value: good ? 0 : 0.5556,
  unit: 'ratio',
  good,
  phase: 'settle',
  source: 'clients',
});
const verification = (...samples: Verification['samples']): Verification =>
  ({ state: 'settling', samples }) as unknown as Verification;

describe('a verification that goes on', () => {
  it('logs each sample once, though samples come grouped by their signal', () => {
    const [errors, confirmed] = [sample('error_ratio', 1), sample('confirmed_ratio', 1, false)];
    const run = { id: 'r1', version: 3, state: 'verifying', verification: verification(errors, confirmed) };
    const scene = { workspaceId: 'w1', run, now: new Date('2026-01-15T14:00:05Z') } as unknown as Parameters<
      typeof keepVerifying
    >[0];
    const next = verification(errors, sample('error_ratio', 2), confirmed, sample('confirmed_ratio', 2, false));
    const written = keepVerifying(scene, next).writes.flatMap((write) =>
      write.kind === 'run-log.append' ? write.lines.map(({ level, text }) => `${level} ${text}`) : [],
    );
    expect(written).toEqual([
      'info While settling: error ratio of orders is 0\u202F%, inside its bound',
      'warn While settling: confirmed ratio of orders is 56\u202F%, outside its bound',
    ]);
  });
});
