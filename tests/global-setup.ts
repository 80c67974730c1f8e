import { serveTestPostgres } from '@autoops/local-postgres';

/** Offers one PostgreSQL, started on first use, to every test file of the run; ends it afterwards. */
export default serveTestPostgres;
