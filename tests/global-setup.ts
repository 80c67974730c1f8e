import { serveTestPostgres } from '@autoops/local-postgres';

/** Offers one PostgreSQL, started on first use, to every test file of the run; ends it afterwards. */
export default async function offerPostgres(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['AUTOOPS_TEST_POSTGRES'] !== undefined) return undefined; // another project of this run offers it
  return serveTestPostgres();
}
