import { expect, it } from 'vitest';
import { RecordWriter } from '../binary-record/binary-record.ts';
import { readShardState, writeShardState } from './shard-state.ts';

const options = { service: 'checkout', definitions: [], sources: [] };

it('keeps what a checkpoint of the format before holds, but for the log templates, and says so', () => {
  const { computer, bank } = readShardState(undefined, options);
  const record = new RecordWriter().uint32(1);
  computer.serialize(record);
  bank.serialize(record);
  record.float64(Number.NaN).uint32(40).text('a problem').uint32(0).uint32(0); // the log watch as it was
  record.uint32(1).text('0123456789ab').text('error').float64(5);
  const state = readShardState(record.finish(), options);
  expect(state.restartedBecause).toMatch(/log templates .* learned anew/);
  expect(state.freshTemplates).toEqual([{ templateId: '0123456789ab', severity: 'error', atMs: 5 }]);
  expect([state.logs.lastProblem, state.logs.observedTicks]).toEqual(['a problem', 0]);
  expect(readShardState(writeShardState(state), options).restartedBecause).toBeUndefined();
});

it('begins anew with a checkpoint of an unknown format, and says so', () => {
  const state = readShardState(new RecordWriter().uint32(99).finish(), options);
  expect(state.restartedBecause).toMatch(/another format/);
  expect(state.logs.lastProblem).toBe('');
});
