import { z } from 'zod';
import { Instant, Name, Uuid } from './primitives.ts';
import { Permission, Role } from './permissions.ts';

/** `GET /api/v1/tokens`: an opaque token without its secret. */
export const TokenResource = z.object({
  id: Uuid,
  name: z.string(),
  role: Role,
  permissions: z.array(Permission),
  environments: z.array(z.string()),
  source: z.string().optional(),
  createdAt: Instant,
  expiresAt: Instant.optional(),
  revokedAt: Instant.optional(),
  lastUsedAt: Instant.optional(),
});
export type TokenResource = z.infer<typeof TokenResource>;

/** What `POST /api/v1/tokens` answers, once: with the secret. */
export const TokenCreated = TokenResource.extend({ token: z.string(), auditId: z.string() });
export type TokenCreated = z.infer<typeof TokenCreated>;

/** What `POST /api/v1/tokens` takes. */
export const TokenRequest = z.strictObject({
  role: Role,
  /** A person's address (`anna@example.org`) acts for that person; any other name is a service, and services cannot approve. */
  name: z.string().min(1).max(100).optional(),
  source: Name.optional(),
  /** Must be the caller's own: a token never reaches into another workspace. */
  workspace: z.string().max(100).optional(),
  environments: z.array(Name).max(50).default([]),
  expiresInDays: z.number().int().min(1).max(3_650).optional(),
});

/** `GET /api/v1/channels`: where notifications go. */
export const ChannelResource = z.object({
  id: Uuid,
  name: z.string(),
  url: z.string(),
  disabledAt: Instant.optional(),
  createdAt: Instant,
});
export type ChannelResource = z.infer<typeof ChannelResource>;

/** What `POST /api/v1/channels` takes. */
export const ChannelRequest = z.strictObject({
  name: z.string().min(1).max(100),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
});

/** What `POST /api/v1/channels` answers, once: with the secret that signs its messages. */
export const ChannelCreated = z.object({
  id: Uuid,
  name: z.string(),
  url: z.string(),
  secret: z.string(),
  auditId: z.string(),
});
export type ChannelCreated = z.infer<typeof ChannelCreated>;

/** `GET /api/v1/deliveries`: one message to one channel, and how sending it went. */
export const DeliveryResource = z.object({
  id: Uuid,
  channelId: Uuid,
  messageId: z.string(),
  type: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed', 'dead']),
  attempts: z.number().int(),
  lastStatus: z.number().int().optional(),
  lastError: z.string().optional(),
  createdAt: Instant,
  deliveredAt: Instant.optional(),
});
export type DeliveryResource = z.infer<typeof DeliveryResource>;
