import type { Principal } from '@autoops/contracts';
import type { AccessStore, SessionRow, TokenRow } from '../read-models.ts';
import { ExpiringCache } from './expiring-cache.ts';
import type { JwtVerifier } from './jwt.ts';
import { principalOfSession, principalOfToken } from './principal.ts';
import { secretHash } from './secrets.ts';

/** Idle and absolute life of a session, in ms (security.md "Dashboard"). */
export const SESSION_IDLE_MS = 30 * 60_000;
export const SESSION_LIFE_MS = 12 * 3_600_000;
/** Look-ups are remembered this long; a revocation elsewhere is therefore in force after at most this time (limit: 30 s). */
const REMEMBERED_MS = 10_000;
/** "Last seen" is written at most once in this time. */
const TOUCH_INTERVAL_MS = 60_000;

/** Makes a principal of whatever a request shows; undefined where that is nothing good. */
export class Authenticator {
  readonly #access: AccessStore;
  readonly #jwt: JwtVerifier | undefined;
  readonly #now: () => Date;
  readonly #tokens = new ExpiringCache<TokenRow>(REMEMBERED_MS, 10_000);
  readonly #sessions = new ExpiringCache<SessionRow>(REMEMBERED_MS, 10_000);
  readonly #touched = new ExpiringCache<true>(TOUCH_INTERVAL_MS, 10_000);

  constructor(access: AccessStore, jwt: JwtVerifier | undefined, now: () => Date) {
    this.#access = access;
    this.#jwt = jwt;
    this.#now = now;
  }

  /** The principal of a bearer: an opaque token by its hash, else a JWT. */
  async ofBearer(bearer: string): Promise<Principal | undefined> {
    if (!bearer.startsWith('aot_')) return this.#jwt?.verify(bearer, this.#now());
    if (bearer.length > 200) return undefined;
    const hash = secretHash(bearer);
    const token = this.#tokens.get(hash) ?? (await this.#access.findToken(hash));
    const now = this.#now();
    if (token === undefined || token.revokedAt !== undefined) return undefined;
    if (token.expiresAt !== undefined && new Date(token.expiresAt) <= now) return undefined;
    this.#tokens.set(hash, token);
    this.#touch(`token:${token.id}`, () => this.#access.touchToken(token.workspaceId, token.id));
    return principalOfToken(token, now);
  }

  /** The principal of a session cookie. `fresh` reads the row again instead of trusting the last 10 s. */
  async ofCookie(cookie: string, fresh = false): Promise<Principal | undefined> {
    if (!cookie.startsWith('aos_') || cookie.length > 200) return undefined;
    const hash = secretHash(cookie);
    const session = (fresh ? undefined : this.#sessions.get(hash)) ?? (await this.#access.findSession(hash));
    const now = this.#now().getTime();
    if (session === undefined) {
      this.#sessions.delete(hash);
      return undefined;
    }
    const expired = new Date(session.expiresAt).getTime() <= now;
    const idle =
      now - new Date(session.lastSeenAt).getTime() > SESSION_IDLE_MS &&
      this.#touched.get(`session:${session.id}`) === undefined;
    if (expired || idle) return undefined;
    this.#sessions.set(hash, session);
    this.#touch(`session:${session.id}`, () => this.#access.touchSession(session.workspaceId, session.id));
    return principalOfSession(session);
  }

  /** Forgets what was remembered, after a log-out or a revocation in this process. */
  forget(): void {
    this.#tokens.clear();
    this.#sessions.clear();
    this.#touched.clear();
  }

  #touch(key: string, write: () => Promise<void>): void {
    if (this.#touched.get(key) !== undefined) return;
    this.#touched.set(key, true);
    // Only a time stamp: a failed write costs nothing but an earlier idle time-out.
    write().catch(() => this.#touched.delete(key));
  }
}
