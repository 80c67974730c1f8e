/** Wall time for records and monotonic time for leases; `pipeline` never reads either by itself. */
export interface Clock {
  now(): Date;
  monotonicMs(): number;
}

/** UUIDv7 identifiers for new rows; taken as an argument so that decisions can be replayed. */
export interface IdGenerator {
  uuid(): string;
}
