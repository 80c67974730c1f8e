import type { Action, Anomaly, ChangeEvent, Incident, JsonObject } from '@autoops/contracts';
import type { IndicatorWindow, TargetConnector, TargetState } from '@autoops/pipeline/ports';

/** Thursday, 15:00:30 UTC: when a plan is made, a few seconds after a fault began. */
export const now = new Date('2026-01-15T15:00:30.000Z');
const SECONDS = 60;

type View = IndicatorWindow['view'];
interface Course {
  readonly healthy: number;
  readonly unit: string;
  readonly view: View;
  readonly service: string;
}

/** The shop when it is well, by the sandbox's measured numbers (12 slots at 53 %, 7.9 checkouts and 44 browses a second). */
const HEALTHY: Readonly<Record<string, Course>> = {
  'checkout.attempt_rate': { healthy: 7.9, unit: '1/s', view: 'service', service: 'checkout' },
  'checkout.attempt_error_ratio': { healthy: 0, unit: 'ratio', view: 'service', service: 'checkout' },
  'checkout.error_ratio': { healthy: 0, unit: 'ratio', view: 'service', service: 'checkout' },
  'checkout.retry_ratio': { healthy: 0.002, unit: 'ratio', view: 'service', service: 'checkout' },
  'checkout.latency_p95': { healthy: 0.9, unit: 's', view: 'service', service: 'checkout' },
  'catalogue.latency_p95': { healthy: 0.012, unit: 's', view: 'service', service: 'catalogue' },
  'checkout.saturation': { healthy: 0.53, unit: 'ratio', view: 'service', service: 'checkout' },
  'checkout.ready_replicas': { healthy: 4, unit: 'n', view: 'service', service: 'checkout' },
  'checkout.desired_replicas': { healthy: 4, unit: 'n', view: 'service', service: 'checkout' },
  'checkout.memory_ratio': { healthy: 0.17, unit: 'ratio', view: 'service', service: 'checkout' },
  'orders.queue_age': { healthy: 0.2, unit: 's', view: 'service', service: 'orders' },
  'orders.queue_depth': { healthy: 2, unit: 'n', view: 'service', service: 'orders' },
  'orders.queue_throughput': { healthy: 7.9, unit: '1/s', view: 'service', service: 'orders' },
  'checkout.db_connections{holder=checkout}': { healthy: 9, unit: 'n', view: 'service', service: 'checkout' },
  'checkout.db_connections{holder=orders}': { healthy: 1, unit: 'n', view: 'service', service: 'checkout' },
  'checkout.db_connections{holder=reindex}': { healthy: 2, unit: 'n', view: 'service', service: 'checkout' },
  'checkout.checkout_timeouts': { healthy: 0, unit: '1/s', view: 'service', service: 'checkout' },
  'storefront.client_error_ratio': { healthy: 0, unit: 'ratio', view: 'client', service: 'storefront' },
  'orders.orders_confirmed_ratio': { healthy: 1, unit: 'ratio', view: 'client', service: 'orders' },
  'checkout.client_replica_error_ratio{replica=checkout-1}': {
    healthy: 0,
    unit: 'ratio',
    view: 'client',
    service: 'checkout',
  },
  'checkout.client_replica_error_ratio{replica=checkout-2}': {
    healthy: 0,
    unit: 'ratio',
    view: 'client',
    service: 'checkout',
  },
  'checkout.client_replica_error_ratio{replica=checkout-3}': {
    healthy: 0,
    unit: 'ratio',
    view: 'client',
    service: 'checkout',
  },
  'checkout.client_replica_error_ratio{replica=checkout-4}': {
    healthy: 0,
    unit: 'ratio',
    view: 'client',
    service: 'checkout',
  },
  'checkout.balancer_healthy_replicas': { healthy: 4, unit: 'n', view: 'balancer', service: 'checkout' },
  'checkout.balancer_served_ratio': { healthy: 1, unit: 'ratio', view: 'balancer', service: 'checkout' },
};

/** Values by seconds since the fault began; the healthy value before that and where nothing is said. */
export type Courses = Readonly<Record<string, (second: number) => number>>;

/** A minute of every indicator at one value a second; the fault began `since` seconds before now. */
export function windows(environment: string, since: number, courses: Courses): IndicatorWindow[] {
  for (const name of Object.keys(courses)) if (HEALTHY[name] === undefined) throw new Error(`no indicator ${name}`);
  return Object.entries(HEALTHY).map(([name, { healthy, unit, view, service }]) => {
    const [, indicator = '', label, labelValue] = /^[a-z]+\.([a-z0-9_]+)(?:\{(\w+)=([\w-]+)\})?$/.exec(name) ?? [];
    const timestampMs = Array.from({ length: SECONDS }, (_, index) => now.getTime() - (SECONDS - 1 - index) * 1000);
    const wave = (index: number): number => 1 + 0.03 * Math.sin(index / 3);
    const value = timestampMs.map((at, index) => {
      const second = (at - now.getTime()) / 1000 + since;
      const course = courses[name];
      return course !== undefined && second >= 0 ? course(second) : unit === 'n' ? healthy : healthy * wave(index);
    });
    return {
      service,
      environment,
      indicator,
      labels: label === undefined || labelValue === undefined ? {} : { [label]: labelValue },
      unit,
      source: 'sandbox',
      view,
      intervalMs: 1000,
      timestampMs,
      value,
      expected: timestampMs.map(() => healthy),
      bandLow: timestampMs.map(() => healthy * 0.9),
      bandHigh: timestampMs.map(() => healthy * 1.1 + 0.02),
    };
  });
}

export function anomaly(
  environment: string,
  service: string,
  indicator: string,
  since: number,
  closed = false,
): Anomaly {
  const at = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();
  return {
    id: '00000000-0000-7000-8000-0000000000aa',
    service,
    environment,
    indicator,
    unit: 'ratio',
    labels: {},
    source: 'sandbox',
    kind: 'level',
    direction: 'up',
    severity: 'high',
    score: 0.98,
    novelty: 8,
    deviation: 12,
    winningView: 'level',
    observed: 0.62,
    expected: 0,
    bandLow: 0,
    bandHigh: 0.02,
    openedAt: at(since - 3),
    ...(closed ? { closedAt: at(0) } : {}),
    lastAt: at(0),
    context: { labelsDiffering: [], changesBefore: [] },
    decision: { engine: 'test', version: '1', inputDigest: '0'.repeat(64), outputDigest: '0'.repeat(64) },
  };
}

export function incident(environment: string, service: string): Incident {
  return {
    id: '00000000-0000-7000-8000-000000000002',
    number: 7,
    version: 2,
    state: 'forecasted',
    service,
    environment,
    kind: 'level',
    source: 'detector',
    severity: 'high',
    title: `${service} fails`,
    openedAt: now.toISOString(),
    updatedAt: now.toISOString(),
    correlation: [],
    planVersion: 0,
    demo: true,
  };
}

export function change(
  environment: string,
  type: 'deploy' | 'job',
  service: string,
  secondsAgo: number,
  more: JsonObject = {},
): ChangeEvent {
  return {
    specversion: '1.0',
    id: `${type}-${secondsAgo}`,
    source: '/sandbox',
    type: `dev.autoops.change.${type}.v1`,
    time: new Date(now.getTime() - secondsAgo * 1000).toISOString(),
    data: { service, environment, ...more },
  };
}

/** What the sandbox's control API shows of one environment, and what may be changed about it in a test. */
export interface ShopState {
  replicas: number;
  version: string;
  previousVersion?: string;
  throttlePercent: number;
  shedRetries: number;
  dead: readonly string[];
  ejected: readonly string[];
  poison: number;
}

export const WELL: ShopState = {
  replicas: 4,
  version: '1.4.2',
  throttlePercent: 100,
  shedRetries: 0,
  dead: [],
  ejected: [],
  poison: 0,
};

export function targets(environment: string, state: ShopState): TargetState[] {
  const at = (key: string, kind: TargetState['target']['kind'], name: string, service: string, uid = `uid-${key}`) => ({
    target: { key: `${environment}/${key}`, uid, kind, name, service, environment },
  });
  const names = Array.from({ length: state.replicas }, (_, index) => `checkout-${index + 1}`);
  return [
    {
      ...at('checkout', 'service', 'checkout', 'checkout'),
      owned: { replicas: state.replicas, version: state.version },
      observed: {
        ready: state.replicas - state.dead.length,
        ...(state.previousVersion === undefined ? {} : { previousVersion: state.previousVersion }),
      },
    },
    ...names.map((name) => ({
      ...at(`checkout/${name}`, 'replica', name, 'checkout'),
      owned: { version: state.version, ejected: state.ejected.includes(name) },
      observed: { ready: !state.dead.includes(name) },
    })),
    {
      ...at('job/reindex', 'job', 'reindex', 'reindex'),
      owned: { throttlePercent: state.throttlePercent, suspended: false },
      observed: { concurrency: 17 },
    },
    { ...at('queue/orders', 'queue', 'orders', 'orders'), owned: {}, observed: { depth: state.poison } },
    {
      ...at('route/storefront', 'route', 'storefront', 'storefront'),
      owned: { shed: { retries: state.shedRetries, browse: 0 } },
      observed: {},
    },
  ];
}

/** A sandbox that answers dry runs as the real one does, and keeps a ledger of effects, which must stay empty. */
export class DryShop implements Pick<TargetConnector, 'classOf' | 'dryRun'> {
  readonly effects: Action[] = [];
  readonly asked: Action[] = [];
  readonly #state: ShopState;

  constructor(state: ShopState) {
    this.#state = state;
  }

  classOf(): 'C' {
    return 'C';
  }

  async dryRun({ action }: Parameters<TargetConnector['dryRun']>[0]) {
    this.asked.push(action);
    const state = this.#state;
    const answer = (before: JsonObject, after: JsonObject, inverse: Action) => ({
      ok: true,
      before,
      after,
      inverse,
      detail: 'would do it',
    });
    const none: Action = { kind: 'none', args: {} };
    const { args } = action;
    switch (action.kind) {
      case 'scale':
        if (typeof args['replicas'] !== 'number' || args['replicas'] > 6) return refused('arguments-invalid');
        return answer(
          { replicas: state.replicas },
          { replicas: args['replicas'] },
          { kind: 'scale', args: { service: 'checkout', replicas: state.replicas } },
        );
      case 'throttle-job':
        return answer(
          { throttlePercent: state.throttlePercent },
          { throttlePercent: args['percent'] ?? null },
          { kind: 'throttle-job', args: { job: 'reindex', percent: state.throttlePercent } },
        );
      case 'park':
        return answer(
          { selection: 'poison', max: 50, parked: 0 },
          { selection: 'poison', max: 50, parked: state.poison },
          none,
        );
      case 'rollback-version':
        return answer(
          { version: state.version },
          { version: args['version'] ?? null },
          { kind: 'set-version', args: { service: 'checkout', version: state.version } },
        );
      case 'shed':
        return answer(
          { what: 'retries', percent: state.shedRetries },
          { what: 'retries', percent: args['percent'] ?? null },
          { kind: 'unshed', args: { service: 'storefront', what: 'retries' } },
        );
      case 'restart':
        return answer({ restarted: [] }, { restarted: ['checkout-1'] }, none);
      case 'replace':
        return answer({ version: state.version, ejected: false }, { version: state.version, ejected: false }, none);
      case 'eject':
        return answer(
          { ejected: false },
          { ejected: true },
          { kind: 'readmit', args: { service: 'checkout', replica: args['replica'] ?? null } },
        );
      default:
        return refused('no-such-action');
    }
  }
}

function refused(detail: string) {
  return { ok: false, before: {}, after: {}, inverse: undefined, detail };
}
