import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import { IndicatorComputer, type ComputerOptions } from '../indicators/computer.ts';
import { LogWatch } from '../logs/log-watch.ts';
import { SeriesBank } from './series-bank.ts';

const FORMAT = 2;
/** The format before: the same but for the logs, whose templates came from another miner. */
const FORMER_FORMAT = 1;

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
  /** Why an earlier checkpoint could not be read, in whole or in part, so that learning began anew. */
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
      const format = record.uint32();
      if (format !== FORMAT && format !== FORMER_FORMAT) throw new Error('The checkpoint is of another format.');
      const computer = new IndicatorComputer(options);
      computer.read(record);
      const bank = SeriesBank.read(record);
      const logs = format === FORMER_FORMAT ? LogWatch.readFormer(record) : LogWatch.read(record);
      const freshTemplates = Array.from({ length: record.uint32() }, () => ({
        templateId: record.text(),
        severity: record.text(),
        atMs: record.float64(),
      }));
      restartedBecause = bank.restartedBecause;
      if (format === FORMER_FORMAT)
        restartedBecause = 'The log templates are of the format before: they are learned anew.';
      return { computer, bank, logs, freshTemplates, restartedBecause };
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
