import type { Principal, Route } from '@autoops/contracts';
import { ProblemError } from '../answers/problem.ts';
import { lotLimiter, type Limiter, type LimitState } from './limiter.ts';
import type { SharedCounters } from './shared-counters.ts';

/** The limits of security.md "Limits", with the lot in which each is bought from the shared counter. */
export const LIMITS = {
  login: { points: 5, seconds: 60, lot: 1 },
  principal: { points: 100, seconds: 1, lot: 20 },
  remediate: { points: 10, seconds: 60, lot: 1 },
  ingest: { points: 1_000, seconds: 1, lot: 100 },
} as const;

/** Routes that start or decide something at the targets: 10 a minute and workspace. Rollback and abort are never held up. */
const REMEDIATE: ReadonlySet<string> = new Set(['plans.execute', 'remediate']);

export class RequestLimits {
  readonly #login: Limiter;
  readonly #principal: Limiter;
  readonly #remediate: Limiter;
  readonly #ingest: Limiter;

  constructor(counters: SharedCounters) {
    const make = (name: keyof typeof LIMITS): Limiter => {
      const { points, seconds, lot } = LIMITS[name];
      return lotLimiter(counters.counter(name, points, seconds), points, seconds, lot);
    };
    this.#login = make('login');
    this.#principal = make('principal');
    this.#remediate = make('remediate');
    this.#ingest = make('ingest');
  }

  /** Counts an attempt to sign in with a secret. Dev login shows none and is not counted: it exists on loopback alone. */
  async login(address: string, setHeader: (name: string, value: string) => void): Promise<void> {
    this.#apply('login', await this.#login.take(address), setHeader);
  }

  /** Counts a request; throws 429 with Retry-After where a limit is passed. Sets the RateLimit headers to the tightest one. */
  async check(
    route: Route,
    principal: Principal | undefined,
    setHeader: (name: string, value: string) => void,
  ): Promise<void> {
    if (principal === undefined) return;
    if (route.permission === 'autoops:ingest') {
      this.#apply('ingest', await this.#ingest.take(principal.workspaceId), setHeader);
      return;
    }
    this.#apply('principal', await this.#principal.take(`${principal.workspaceId}:${principal.subject}`), setHeader);
    if (REMEDIATE.has(route.id)) this.#apply('remediate', await this.#remediate.take(principal.workspaceId), setHeader);
  }

  #apply(name: keyof typeof LIMITS, state: LimitState, setHeader: (name: string, value: string) => void): void {
    const { points, seconds } = LIMITS[name];
    const reset = Math.max(1, Math.ceil(state.resetSeconds));
    setHeader('RateLimit-Policy', `"${name}";q=${points};w=${seconds}`);
    setHeader('RateLimit', `"${name}";r=${state.allowed ? state.remaining : 0};t=${reset}`);
    if (!state.allowed)
      throw new ProblemError('too-many-requests', `At most ${points} in ${seconds} s (${name}).`, {
        retryAfterSeconds: reset,
      });
  }
}
