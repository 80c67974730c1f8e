import { Redis } from 'ioredis';
import pg from 'pg';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { SharedCounter } from './limiter.ts';

/** Makes named counters that every API process shares, and closes their connection. */
export interface SharedCounters {
  counter(name: string, points: number, windowSeconds: number): SharedCounter;
  close(): Promise<void>;
}

/** Beside the queue's tables: the one schema in which the application may make a table of its own; it holds no workspace's rows. */
const SCHEMA = 'bullmq';
const TABLE = 'rate_limits';

/**
 * Counters in Redis when there is one, else in Postgres (an unlogged table: losing it in a crash forgets at most one window).
 * While the shared place cannot be reached each process counts by itself: limits then hold per process, and nobody is locked out.
 */
export async function openSharedCounters(urls: {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
}): Promise<SharedCounters> {
  if (urls.redisUrl !== undefined) {
    const redis = new Redis(urls.redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    redis.on('error', () => undefined); // the insurance counts meanwhile
    return {
      counter: (name, points, duration) =>
        counting(
          points,
          new RateLimiterRedis({
            storeClient: redis,
            keyPrefix: `limit:${name}`,
            points,
            duration,
            insuranceLimiter: insurance(name, points, duration),
          }),
        ),
      close: async () => redis.disconnect(),
    };
  }
  const pool = new pg.Pool({
    connectionString: urls.databaseUrl,
    max: 2,
    keepAlive: true,
    options: '-c synchronous_commit=off',
  });
  pool.on('error', () => undefined);
  await createTable(pool);
  return {
    counter: (name, points, duration) =>
      counting(
        points,
        new RateLimiterPostgres({
          storeClient: pool,
          storeType: 'pool',
          schemaName: SCHEMA,
          tableName: TABLE,
          tableCreated: true,
          clearExpiredByTimeout: true,
          keyPrefix: name,
          points,
          duration,
          insuranceLimiter: insurance(name, points, duration),
        }),
      ),
    close: () => pool.end(),
  };
}

/** Codes of PostgreSQL for a table that another process made at the same moment. */
const MADE_MEANWHILE: ReadonlySet<string> = new Set(['23505', '42P07']);

async function createTable(pool: pg.Pool): Promise<void> {
  try {
    await pool.query(
      `create unlogged table if not exists ${SCHEMA}.${TABLE} (key varchar(255) primary key, points integer not null default 0, expire bigint)`,
    );
  } catch (fault) {
    if (!(fault instanceof pg.DatabaseError) || !MADE_MEANWHILE.has(fault.code ?? '')) throw fault;
  }
}

function insurance(name: string, points: number, duration: number): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix: name, points, duration });
}

function counting(limit: number, limiter: RateLimiterAbstract): SharedCounter {
  return {
    async take(key, points) {
      try {
        return stateOf(await limiter.consume(key, points), limit, true);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return stateOf(refusal, limit, false);
        throw refusal;
      }
    },
  };
}

function stateOf(
  result: RateLimiterRes,
  limit: number,
  allowed: boolean,
): { allowed: boolean; limit: number; remaining: number; resetSeconds: number } {
  return {
    allowed,
    limit,
    remaining: Math.max(0, result.remainingPoints),
    resetSeconds: Math.max(0.001, result.msBeforeNext / 1000),
  };
}
