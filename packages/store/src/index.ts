export { createWorkspace, prepareDatabase, type PrepareOptions } from './prepare-database.ts';
export { openStore, type Store, type StoreOptions } from './open-store.ts';
export type { Outbox, OutboxRow } from './outbox.ts';
