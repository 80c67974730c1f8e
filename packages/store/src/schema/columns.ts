import { sql } from 'drizzle-orm';
import { boolean, integer, jsonb, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** The tenant of a row; every table's key starts with it and row-level security compares it with `app.workspace`. */
export const workspaceId = () => uuid('workspace_id').notNull();
export const at = (name: string) => timestamp(name, { withTimezone: true });
export const createdAt = () => at('created_at').notNull().defaultNow();
export const updatedAt = () => at('updated_at').notNull().defaultNow();

/** The aggregate itself. What is queried or guarded is generated from it by the database, so the two cannot differ. */
export const document = () => jsonb('doc').notNull();

/** A document's property is named literally in the SQL: `path` is ours, never input. */
const property = (path: string) =>
  path.includes('.') ? `(doc #>> '{${path.replaceAll('.', ',')}}')` : `(doc ->> '${path}')`;
export const textOf = (name: string, path: string) => text(name).generatedAlwaysAs(sql.raw(property(path)));
export const integerOf = (name: string, path: string) =>
  integer(name).generatedAlwaysAs(sql.raw(`${property(path)}::integer`));
export const uuidOf = (name: string, path: string) => uuid(name).generatedAlwaysAs(sql.raw(`${property(path)}::uuid`));
export const booleanOf = (name: string, path: string) =>
  boolean(name).generatedAlwaysAs(sql.raw(`${property(path)}::boolean`));
/** `instant` is our immutable cast of RFC 3339 texts (migration `foundation`). */
export const instantOf = (name: string, path: string) =>
  at(name).generatedAlwaysAs(sql.raw(`instant(${property(path)})`));
