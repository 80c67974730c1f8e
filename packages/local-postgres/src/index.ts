export { startLocalPostgres, type LocalPostgres, type LocalPostgresOptions } from './start.ts';
export { startTestPostgres, type DatabaseTemplate, type TestDatabase, type TestPostgres } from './test-postgres.ts';
export { serveTestPostgres } from './serve-test-postgres.ts';
export { freePort, isFree } from './port.ts';
export { readPostmaster, type Postmaster } from './postmaster.ts';
export { locateBinaries, type Binaries } from './binaries.ts';
