import { randomUUIDv7 } from 'node:crypto';
import type { Page } from '@autoops/contracts';
import type { Pool } from 'pg';
import { listWorkspaces } from '../readers/router.ts';
import { execute, isUuid, row, rows, withWorkspace } from '../database.ts';
import { selectPage, type PageQuery } from '../read-models/page.ts';
import { appendOutbox } from '../state/messages.ts';

export type DeliveryState = 'waiting' | 'delivered' | 'failed' | 'dead';

/** A line of the delivery log. */
export interface DeliveryRow {
  readonly id: string;
  readonly channelId: string;
  readonly messageId: string;
  readonly type: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly lastStatus: number | undefined;
  readonly lastError: string | undefined;
  readonly createdAt: string;
  readonly deliveredAt: string | undefined;
}

/** Outgoing webhooks: channels, the delivery log, and sending again under the same message id. */
export interface ChannelStore {
  channels(workspaceId: string): Promise<
    readonly {
      readonly id: string;
      readonly name: string;
      readonly url: string;
      readonly disabledAt: string | undefined;
      readonly createdAt: string;
    }[]
  >;
  /** Adds a channel; false where one has its name, on or off. */
  createChannel(
    workspaceId: string,
    channel: { readonly id: string; readonly name: string; readonly url: string; readonly secret: string },
  ): Promise<boolean>;
  /** Rewrites secrets that are stored as they were made, as `seal` answers them; returns how many. Safe to run again, and twice at once. */
  sealSecrets(seal: (workspaceId: string, channelId: string, stored: string) => string): Promise<number>;
  /** Turns a channel off; false where there is none, or it is off already. */
  disableChannel(workspaceId: string, id: string): Promise<boolean>;
  deliveries(workspaceId: string, query: PageQuery): Promise<Page<DeliveryRow>>;
  redeliver(workspaceId: string, deliveryId: string): Promise<boolean>;
  enqueueTest(workspaceId: string, channelId: string): Promise<string | undefined>;
}

/** What the delivery worker needs to send one message. */
export interface DueDelivery {
  readonly id: string;
  readonly channelId: string;
  readonly messageId: string;
  readonly type: string;
  readonly subjectId: string;
  readonly incidentId: string | undefined;
  readonly attempts: number;
  readonly createdAt: string;
  readonly url: string;
  /** As it is stored. */
  readonly secret: string;
}

export interface DeliveryStore {
  /** The delivery, when it is still to be sent and its channel is enabled; undefined otherwise. */
  due(workspaceId: string, id: string): Promise<DueDelivery | undefined>;
  delivered(workspaceId: string, id: string, status: number): Promise<void>;
  /** Records a failed attempt; with `retryInMs` it is owed again then, without it is dead. */
  failed(
    workspaceId: string,
    id: string,
    failure: { readonly status: number | undefined; readonly error: string; readonly retryInMs: number | undefined },
  ): Promise<void>;
  /** Turns off the channel of a delivery: its receiver said that it is gone (410). */
  disableChannelOf(workspaceId: string, id: string): Promise<void>;
}

interface StoredDelivery {
  readonly id: string;
  readonly channel_id: string;
  readonly message_id: string;
  readonly type: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly created_at: Date;
  readonly delivered_at: Date | null;
}

export function createChannelStore(pool: Pool): ChannelStore {
  return {
    channels: async (workspaceId) => {
      const found = await withWorkspace(pool, workspaceId, (transaction) =>
        rows<{ id: string; name: string; url: string; disabled_at: Date | null; created_at: Date }>(
          transaction,
          'select id, name, url, disabled_at, created_at from channels order by name',
        ),
      );
      return found.map((one) => ({
        id: one.id,
        name: one.name,
        url: one.url,
        disabledAt: one.disabled_at?.toISOString(),
        createdAt: one.created_at.toISOString(),
      }));
    },
    createChannel: (workspaceId, channel) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const added = await row(
          transaction,
          `insert into channels (workspace_id, id, name, url, secret) values ($1, $2, $3, $4, $5)
           on conflict (workspace_id, name) do nothing returning id`,
          [workspaceId, channel.id, channel.name, channel.url, channel.secret],
        );
        return added !== undefined;
      }),
    async sealSecrets(seal) {
      let sealed = 0;
      for (const { id: workspaceId } of await listWorkspaces(pool))
        sealed += await withWorkspace(pool, workspaceId, async (transaction) => {
          let rewritten = 0;
          for (const { id, secret } of await rows<{ id: string; secret: string }>(
            transaction,
            "select id, secret from channels where secret like 'whsec\\_%' for update",
          ))
            rewritten += await execute(transaction, 'update channels set secret = $2 where id = $1 and secret = $3', [
              id,
              seal(workspaceId, id, secret),
              secret,
            ]);
          return rewritten;
        });
      return sealed;
    },
    disableChannel: async (workspaceId, id) =>
      isUuid(id) &&
      withWorkspace(
        pool,
        workspaceId,
        async (transaction) =>
          (await execute(transaction, 'update channels set disabled_at = now() where id = $1 and disabled_at is null', [
            id,
          ])) === 1,
      ),
    deliveries: (workspaceId, query) =>
      withWorkspace(pool, workspaceId, (transaction) =>
        selectPage<StoredDelivery, DeliveryRow>(
          transaction,
          {
            list: 'deliveries',
            workspaceId,
            first: 'created_at',
            firstType: 'timestamptz',
            second: 'id',
            secondType: 'uuid',
          },
          query,
          {
            columns:
              'id, channel_id, message_id, type, state, attempts, last_status, last_error, created_at, delivered_at',
            from: 'deliveries',
            conditions: [],
            values: [],
          },
          (one) => ({
            id: one.id,
            channelId: one.channel_id,
            messageId: one.message_id,
            type: one.type,
            state: one.state,
            attempts: one.attempts,
            lastStatus: one.last_status ?? undefined,
            lastError: one.last_error ?? undefined,
            createdAt: one.created_at.toISOString(),
            deliveredAt: one.delivered_at?.toISOString(),
          }),
        ),
      ),
    redeliver: async (workspaceId, deliveryId) =>
      isUuid(deliveryId) &&
      withWorkspace(pool, workspaceId, async (transaction) => {
        const owed = await execute(
          transaction,
          "update deliveries set state = 'waiting', attempts = 0, next_attempt_at = now() where id = $1",
          [deliveryId],
        );
        if (owed === 1) await appendOutbox(transaction, workspaceId, [{ queue: 'deliveries', subjectId: deliveryId }]);
        return owed === 1;
      }),
    enqueueTest: async (workspaceId, channelId) =>
      isUuid(channelId)
        ? withWorkspace(pool, workspaceId, async (transaction) => {
            const id = randomUUIDv7();
            const owed = await execute(
              transaction,
              `insert into deliveries (workspace_id, id, channel_id, message_id, type, subject_id, state)
               select $1, $2, id, $3, 'test', id, 'waiting' from channels where id = $4`,
              [workspaceId, id, `msg_test_${id}`, channelId],
            );
            if (owed === 0) return undefined;
            await appendOutbox(transaction, workspaceId, [{ queue: 'deliveries', subjectId: id }]);
            return id;
          })
        : undefined,
  };
}

export function createDeliveryStore(pool: Pool): DeliveryStore {
  return {
    due: (workspaceId, id) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const found = await row<{
          id: string;
          channel_id: string;
          message_id: string;
          type: string;
          subject_id: string;
          incident_id: string | null;
          attempts: number;
          created_at: Date;
          url: string;
          secret: string;
        }>(
          transaction,
          `select d.id, d.channel_id, d.message_id, d.type, d.subject_id, d.incident_id, d.attempts, d.created_at, c.url, c.secret
           from deliveries d join channels c on c.workspace_id = d.workspace_id and c.id = d.channel_id
           where d.id = $1 and d.state = 'waiting' and c.disabled_at is null`,
          [id],
        );
        return (
          found && {
            id: found.id,
            channelId: found.channel_id,
            messageId: found.message_id,
            type: found.type,
            subjectId: found.subject_id,
            incidentId: found.incident_id ?? undefined,
            attempts: found.attempts,
            createdAt: found.created_at.toISOString(),
            url: found.url,
            secret: found.secret,
          }
        );
      }),
    delivered: (workspaceId, id, status) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          "update deliveries set state = 'delivered', attempts = attempts + 1, last_status = $2, last_error = null, delivered_at = now() where id = $1",
          [id, status],
        );
      }),
    failed: (workspaceId, id, { status, error, retryInMs }) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          `update deliveries set state = case when $4::float8 is null then 'dead' else 'waiting' end, attempts = attempts + 1, last_status = $2, last_error = $3,
             next_attempt_at = now() + coalesce($4::float8, 0) * interval '1 millisecond' where id = $1`,
          [id, status ?? null, error, retryInMs ?? null],
        );
        if (retryInMs !== undefined)
          await appendOutbox(transaction, workspaceId, [{ queue: 'deliveries', subjectId: id, delayMs: retryInMs }]);
      }),
    disableChannelOf: (workspaceId, id) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          'update channels set disabled_at = now() where disabled_at is null and id = (select channel_id from deliveries where id = $1)',
          [id],
        );
      }),
  };
}
