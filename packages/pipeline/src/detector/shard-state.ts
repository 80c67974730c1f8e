import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import { IndicatorComputer, type ComputerOptions } from '../indicators/computer.ts';
import { LogWatch } from '../logs/log-watch.ts';
import { SeriesBank } from './series-bank.ts';

const FORMAT = 1;

/** A template of a warning or worse that came up lately; it stays an open anomaly for a minute. */
export interface FreshTemplate {
  readonly templateId: string;
  readonly severity: string;
  readonly atMs: number;
}

/** Everything that a shard's detector remembers; `sequence` is the checkpoint it belongs to. */
export interface ShardState {
  readonly computer: IndicatorComputer;
  readonly bank: SeriesBank;
  readonly logs: LogWatch;
  freshTemplates: FreshTemplate[];
  /** Why an earlier checkpoint could not be read, so that learning began anew. */
  readonly restartedBecause: string | undefined;
}

/** The state as bytes: equal for equal histories, however they were cut into batches. */
export function writeShardState(state: ShardState): Uint8Array {
  const record = new RecordWriter();
  record.uint32(FORMAT);
  state.computer.serialize(record);
  state.bank.serialize(record);
  state.logs.serialize(record);
  record.uint32(state.freshTemplates.length);
  for (const { templateId, severity, atMs } of state.freshTemplates)
    record.text(templateId).text(severity).float64(atMs);
  return record.finish();
}

/** Restores a shard, or begins anew: without a checkpoint, or with one of another format (which it says). */
export function readShardState(bytes: Uint8Array | undefined, options: ComputerOptions): ShardState {
  let restartedBecause: string | undefined;
  if (bytes !== undefined && bytes.length > 0) {
    try {
      const record = new RecordReader(bytes);
      if (record.uint32() !== FORMAT) throw new Error('The checkpoint is of another format.');
      const computer = new IndicatorComputer(options);
      computer.read(record);
      const bank = SeriesBank.read(record);
      const logs = LogWatch.read(record);
      const freshTemplates = Array.from({ length: record.uint32() }, () => ({
        templateId: record.text(),
        severity: record.text(),
        atMs: record.float64(),
      }));
      return { computer, bank, logs, freshTemplates, restartedBecause: undefined };
    } catch (error) {
      restartedBecause = error instanceof Error ? error.message : String(error);
    }
  }
  return {
    computer: new IndicatorComputer(options),
    bank: new SeriesBank(),
    logs: new LogWatch(),
    freshTemplates: [],
    restartedBecause,
  };
}
