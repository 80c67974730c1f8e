import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { readFile } from 'node:fs/promises';
import { Permission, type Principal } from '@autoops/contracts';
import { parseStrictJson } from '@autoops/digest';
import { z } from 'zod';
import type { JwtIssuerSettings } from '../settings.ts';
import { ExpiringCache } from './expiring-cache.ts';

/** Longest life of an access token: a revoked permission must end soon (security.md). */
const LONGEST_LIFE_SECONDS = 15 * 60;
/** Clocks may differ by this much, and no more. */
const LEEWAY_SECONDS = 5;
/** At most one fetch of the key set in this time, whatever kids come in. */
const KEY_FETCH_INTERVAL_MS = 30_000;
const LARGEST_TOKEN = 8_192;
/** jose's codes for a key set that did not arrive; a bad or unknown key must not close the gate for good ones. */
const FETCH_FAILED: ReadonlySet<string> = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID']);

/** Only these may be in a header: `jwk`, `jku`, `x5u`, `x5c`, `crit`, `zip`, `b64`, `enc` and everything unknown are refused. */
const Header = z.strictObject({
  alg: z.literal('RS256'),
  kid: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\w.:=+-]+$/),
  typ: z.enum(['JWT', 'jwt', 'at+jwt', 'application/at+jwt']),
});

/** features.md S1-37 to S1-42. Further claims are tolerated, except those by which another kind of token is known. */
const Claims = z.looseObject({
  sub: z.string().min(1).max(200),
  iss: z.string(),
  aud: z.string(),
  workspace_id: z.uuid(),
  permissions: z.array(Permission).min(1).max(20),
  plan_type: z.enum(['shared', 'dedicated']).optional(),
  exp: z.int(),
  iat: z.int(),
  nbf: z.int().optional(),
  jti: z.string().min(1).max(200).optional(),
  client_id: z.string().optional(),
  azp: z.string().optional(),
  // An ID token carries a nonce or at_hash; some issuers name the kind in the payload.
  nonce: z.undefined().optional(),
  at_hash: z.undefined().optional(),
  typ: z.literal('Bearer').optional(),
  token_use: z.literal('access').optional(),
});

/** Verifies access tokens of the configured issuer; undefined for every token that is not beyond doubt good. */
export interface JwtVerifier {
  verify(token: string, now: Date): Promise<Principal | undefined>;
}

/**
 * A verifier of RS256 access tokens through the issuer's JWKS. Keys are found by (issuer, kid) alone; a key set that cannot be
 * fetched means refusal. `defaultWorkspace` is the one workspace allowed when the settings list none.
 */
export function jwtVerifier(
  settings: JwtIssuerSettings,
  defaultWorkspace: () => Promise<string>,
  keys?: JWTVerifyGetKey,
): JwtVerifier {
  const keyOf =
    keys ??
    createRemoteJWKSet(new URL(settings.jwksUrl), {
      cooldownDuration: KEY_FETCH_INTERVAL_MS,
      cacheMaxAge: 600_000,
      timeoutDuration: 3_000,
    });
  const fetchGate = gateAfterFailure(keyOf);
  const revoked = revokedTokens(settings.revokedFile);
  return {
    async verify(token, now) {
      if (token.length > LARGEST_TOKEN || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
      if (!partsAreStrict(token)) return undefined;
      const verified = await jwtVerify(token, fetchGate, {
        algorithms: ['RS256'],
        issuer: settings.issuer,
        audience: settings.audience,
        requiredClaims: ['sub', 'exp', 'iat', 'workspace_id', 'permissions'],
        clockTolerance: LEEWAY_SECONDS,
        maxTokenAge: LONGEST_LIFE_SECONDS,
        currentDate: now,
      }).catch(() => undefined);
      if (verified === undefined) return undefined;
      const claims = Claims.safeParse(verified.payload);
      if (!claims.success) return undefined;
      const { exp, iat, permissions, workspace_id: workspaceId, jti, sub } = claims.data;
      if (exp - iat > LONGEST_LIFE_SECONDS || exp <= iat) return undefined;
      if (permissions.includes('aiops:admin') && !settings.mayAdminister) return undefined;
      if (jti !== undefined && (await revoked()).has(jti)) return undefined;
      const allowed = settings.workspaces.length > 0 ? settings.workspaces : [await defaultWorkspace()];
      if (!allowed.includes(workspaceId)) return undefined;
      // RFC 9068: a token that a client got for itself names the client as its subject.
      const isClient = sub === claims.data.client_id || sub === claims.data.azp;
      return {
        subject: sub,
        kind: isClient ? 'service' : 'person',
        workspaceId,
        permissions: [...new Set(permissions)],
        environments: [],
        authenticatedAt: new Date(iat * 1000).toISOString(),
      };
    },
  };
}

function partsAreStrict(token: string): boolean {
  const [head, body] = token.split('.');
  try {
    // Strict: a repeated key would let two readers see two different tokens.
    const [header, payload] = [head, body].map((part): unknown =>
      parseStrictJson(Buffer.from(part ?? '', 'base64url').toString('utf8')),
    );
    return Header.safeParse(header).success && typeof payload === 'object' && payload !== null;
  } catch {
    return false;
  }
}

/** jose limits re-fetches on unknown kids, but asks again at once after a failed fetch: an outage must not become a flood. */
function gateAfterFailure(keyOf: JWTVerifyGetKey): JWTVerifyGetKey {
  let closedUntil = 0;
  return async (header, token) => {
    if (performance.now() < closedUntil) throw new Error('The key set could not be fetched a moment ago.');
    try {
      return await keyOf(header, token);
    } catch (fault) {
      const code = fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined;
      if (code === undefined || FETCH_FAILED.has(code)) closedUntil = performance.now() + KEY_FETCH_INTERVAL_MS;
      throw fault;
    }
  };
}

/** The revoked token ids, read again every 10 s. A file that cannot be read refuses nothing it did not refuse before. */
function revokedTokens(file: string | undefined): () => Promise<ReadonlySet<string>> {
  const cache = new ExpiringCache<ReadonlySet<string>>(10_000, 1);
  let last: ReadonlySet<string> = new Set();
  return async () => {
    if (file === undefined) return last;
    const known = cache.get('revoked');
    if (known !== undefined) return known;
    last = await readFile(file, 'utf8').then(
      (text) =>
        new Set(
          text
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== ''),
        ),
      () => last,
    );
    cache.set('revoked', last);
    return last;
  };
}
