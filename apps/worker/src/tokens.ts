/** Injection tokens of the worker's ports; composition.ts binds them. */
export const STORE = Symbol('store');
export const RUN_DRIVER = Symbol('run driver');
export const POLICY_ENGINE = Symbol('policy engine');
export const CONFIGURATION = Symbol('configuration');
export const FACTS = Symbol('facts');
export const CONNECTORS = Symbol('connectors');
export const CLOCK = Symbol('clock');
export const IDS = Symbol('ids');
export const TIMINGS = Symbol('timings');
export const LOG = Symbol('log');
export const STAGE_METRICS = Symbol('stage metrics');
export const WEBHOOKS = Symbol('webhooks');
export const SETTINGS = Symbol('settings');
export const SLO_HISTORIES = Symbol('SLO histories');
