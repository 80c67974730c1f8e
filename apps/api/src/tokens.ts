/** Injection tokens of the API's one module. Explicit, so that nothing depends on emitted decorator metadata. */
export const ADAPTERS = Symbol('adapters');
export const SETTINGS = Symbol('settings');
export const AUTHENTICATOR = Symbol('authenticator');
export const LIMITS_OF_REQUESTS = Symbol('request limits');
export const STREAMS = Symbol('event streams');
export const SANDBOX = Symbol('sandbox control');
export const FIGURES = Symbol('ingest figures');
