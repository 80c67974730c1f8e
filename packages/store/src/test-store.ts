import { startTestPostgres } from '@autoops/local-postgres';
import pg from 'pg';
import { openStore, type Store, type StoreOptions } from './open-store.ts';
import { createWorkspace, prepareDatabase } from './prepare-database.ts';

/** A store over a database of its own, for tests. */
export interface TestStore extends AsyncDisposable {
  readonly store: Store;
  /** The default workspace, and a second one that must never see it. */
  readonly workspaceId: string;
  readonly otherWorkspaceId: string;
  readonly appUrl: string;
  readonly adminUrl: string;
  /** Runs SQL as superuser, who sees everything and may break anything. */
  admin<Row extends pg.QueryResultRow = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]>;
  /** Opens a second store over the same database, as another process would. */
  another(): Promise<Store>;
  close(): Promise<void>;
}

/** Clones a prepared database and opens a store over it. */
export async function openTestStore(options: Partial<StoreOptions> = {}): Promise<TestStore> {
  const postgres = await startTestPostgres();
  const database = await postgres.createDatabase({
    name: 'autoops_store_template',
    async prepare(url) {
      await prepareDatabase({ adminUrl: url });
      await createWorkspace(url, 'second');
    },
  });
  const { appUrl } = await prepareDatabase({ adminUrl: database.url });
  const admin = new pg.Pool({ connectionString: database.url, max: 2 });
  admin.on('error', () => undefined);
  const names = await admin.query<{ id: string; name: string }>('select id, name from workspaces');
  const idOf = (name: string): string => names.rows.find((workspace) => workspace.name === name)?.id ?? '';
  const opened: Store[] = [];
  const another = async (): Promise<Store> => {
    const store = await openStore({ databaseUrl: appUrl, ...options });
    opened.push(store);
    return store;
  };
  const store = await another();
  const close = async (): Promise<void> => {
    for (const one of opened) await one.close();
    await admin.end();
    await postgres.stop();
  };
  return {
    store,
    workspaceId: idOf('default'),
    otherWorkspaceId: idOf('second'),
    appUrl,
    adminUrl: database.url,
    admin: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await admin.query<Row>(text, values as unknown[])).rows,
    another,
    close,
    [Symbol.asyncDispose]: close,
  };
}
