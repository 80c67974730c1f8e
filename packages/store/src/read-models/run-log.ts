import type { RunLogLine } from '@autoops/contracts';
import { row, rows, type Transaction } from '../database.ts';

/** What of a run's log is asked for. With `failures` or `text` only the lines that match, and `total` counts those of the whole log. */
export interface LogQuery {
  /** First and last line number that may be among them, counted from 1. */
  readonly from: number;
  readonly until?: number | undefined;
  readonly limit: number;
  readonly order?: 'oldest' | 'newest' | undefined;
  /** Only lines of level warn or error. */
  readonly failures?: boolean | undefined;
  /** Only lines that hold this, in upper or lower case. */
  readonly text?: string | undefined;
}

/** Most log lines that one request reads. */
const LOG_PAGE = 5_000;

/** Lines of a run's log, oldest first unless asked otherwise, and how many there are in all. */
export async function selectRunLog(
  transaction: Transaction,
  runId: string,
  query: LogQuery,
): Promise<{ readonly lines: RunLogLine[]; readonly total: number }> {
  const narrowed = query.failures === true || query.text !== undefined;
  const matching = `run_id = $1 and (not $2 or level in ('warn', 'error'))
    and ($3::text is null or position(lower($3) in lower(text)) > 0)`;
  const asked = [runId, query.failures ?? false, query.text ?? null];
  const counted = narrowed
    ? await row<{ total: number }>(transaction, `select count(*)::int as total from run_log where ${matching}`, asked)
    : await row<{ total: number }>(transaction, 'select log_lines as total from runs where id = $1', [runId]);
  const found = await rows<{
    line: number;
    at: Date;
    level: RunLogLine['level'];
    step_index: number | null;
    text: string;
  }>(
    transaction,
    `select line, at, level, step_index, text from run_log where ${matching} and line between $4 and $5
     order by line ${query.order === 'newest' ? 'desc' : 'asc'} limit $6`,
    [...asked, query.from, query.until ?? LAST_LINE, Math.min(query.limit, LOG_PAGE)],
  );
  return {
    total: counted?.total ?? 0,
    lines: found.map(({ step_index: stepIndex, at, ...line }) => ({
      ...line,
      at: at.toISOString(),
      ...(stepIndex === null ? {} : { stepIndex }),
    })),
  };
}

/** The largest line number that the table can hold (PostgreSQL integer). */
const LAST_LINE = 2_147_483_647;
