import {
  createHmac,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  sign as signBytes,
  type KeyObject,
} from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JwtIssuerSettings } from '../settings.ts';
import { jwtVerifier, type JwtVerifier } from './jwt.ts';

/** The JWT suite of security.md against the real verifier and a real key server. */
const NOW = new Date('2026-03-01T12:00:00Z');
const NOW_SECONDS = NOW.getTime() / 1000;
const WORKSPACE = '11111111-1111-4111-8111-111111111111';
const KID = 'key-1';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');

let server: Server;
let fetches = 0;
let settings: JwtIssuerSettings;
let verifier: JwtVerifier;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autoops-jwt-'));
  await writeFile(join(folder, 'revoked'), 'revoked-jti\n');
  const jwk = (key: KeyObject, kid: string, alg: string) => ({
    ...key.export({ format: 'jwk' }),
    kid,
    alg,
    use: 'sig',
  });
  const keys = {
    keys: [
      jwk(rsa.publicKey, KID, 'RS256'),
      jwk(weak.publicKey, 'weak', 'RS256'),
      jwk(ec.publicKey, 'ec', 'ES256'),
      jwk(ed.publicKey, 'ed', 'EdDSA'),
    ],
  };
  server = createServer((_request, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(keys));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  settings = {
    issuer: 'https://issuer.test',
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    audience: 'autoops',
    workspaces: [],
    mayAdminister: false,
    revokedFile: join(folder, 'revoked'),
  };
  verifier = jwtVerifier(settings, async () => WORKSPACE);
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const base64 = (value: string | Buffer): string => Buffer.from(value).toString('base64url');
const HEADER = { alg: 'RS256', typ: 'at+jwt', kid: KID };
const CLAIMS = {
  iss: 'https://issuer.test',
  aud: 'autoops',
  sub: 'anna@example.test',
  workspace_id: WORKSPACE,
  permissions: ['aiops:read', 'autoops:approve'],
  plan_type: 'shared',
  iat: NOW_SECONDS - 10,
  exp: NOW_SECONDS + 600,
};

type Change = Record<string, unknown>;
const without = (name: string): Change => ({ [name]: undefined });

function raw(header: string, payload: string, key: KeyObject = rsa.privateKey): string {
  const input = `${base64(header)}.${base64(payload)}`;
  return `${input}.${base64(createSign('RSA-SHA256').update(input).sign(key))}`;
}
const token = (claims: Change = {}, header: Change = {}, key: KeyObject = rsa.privateKey): string =>
  raw(JSON.stringify({ ...HEADER, ...header }), JSON.stringify({ ...CLAIMS, ...claims }), key);
function macToken(secret: string | Buffer, header: Change = { alg: 'HS256' }): string {
  const input = `${base64(JSON.stringify({ ...HEADER, ...header }))}.${base64(JSON.stringify(CLAIMS))}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
const spki = (format: 'pem' | 'der'): string | Buffer =>
  format === 'pem'
    ? rsa.publicKey.export({ type: 'spki', format: 'pem' })
    : rsa.publicKey.export({ type: 'spki', format: 'der' });
const unsigned = (alg: string, signature = ''): string =>
  `${base64(JSON.stringify({ ...HEADER, alg }))}.${base64(JSON.stringify(CLAIMS))}.${signature}`;
const signed = (alg: string, make: (input: Buffer) => Buffer, kid = KID): string => {
  const input = `${base64(JSON.stringify({ ...HEADER, alg, kid }))}.${base64(JSON.stringify(CLAIMS))}`;
  return `${input}.${base64(make(Buffer.from(input)))}`;
};

const REFUSED: readonly (readonly [string, () => string])[] = [
  ...['none', 'None', 'NONE', 'nOnE'].map((alg) => [`alg ${alg}`, () => unsigned(alg, 'AA')] as const),
  ['an empty signature', () => unsigned('RS256')],
  ['HS256 with the public key as PEM', () => macToken(spki('pem'))],
  ['HS256 with the public key as DER', () => macToken(spki('der'))],
  ['HS256 with the public key as JWK', () => macToken(JSON.stringify(rsa.publicKey.export({ format: 'jwk' })))],
  ['HS256 with a whitespace-prefixed PEM', () => macToken(`\n ${String(spki('pem'))}`)],
  [
    'PS256',
    () => signed('PS256', (input) => signBytes('sha256', input, { key: rsa.privateKey, padding: 6, saltLength: 32 })),
  ],
  ['RS512', () => signed('RS512', (input) => signBytes('sha512', input, rsa.privateKey))],
  [
    'ES256 with its own key',
    () =>
      signed('ES256', (input) => signBytes('sha256', input, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }), 'ec'),
  ],
  ['EdDSA with its own key', () => signed('EdDSA', (input) => signBytes(null, input, ed.privateKey), 'ed')],
  [
    'a key in the header (jwk)',
    () => token({}, { jwk: stranger.publicKey.export({ format: 'jwk' }) }, stranger.privateKey),
  ],
  ['a key address in the header (jku)', () => token({}, { jku: 'https://evil.test/jwks' })],
  ['x5u', () => token({}, { x5u: 'https://evil.test/cert' })],
  ['x5c', () => token({}, { x5c: ['AA'] })],
  ['x5t', () => token({}, { x5t: 'AA' })],
  ['a kid that walks paths', () => token({}, { kid: '../../../dev/null' })],
  ['a kid with SQL', () => token({}, { kid: "x' OR '1'='1" })],
  ['an unknown kid', () => token({}, { kid: 'key-9' })],
  ['no kid', () => token({}, without('kid'))],
  ['a kid that is no string', () => token({}, { kid: 1 })],
  ["a stranger's signature", () => token({}, {}, stranger.privateKey)],
  ['no exp', () => token(without('exp'))],
  ['exp as a string', () => token({ exp: String(CLAIMS.exp) })],
  ['exp 1e99', () => token({ exp: 1e99 })],
  ['exp in the past', () => token({ iat: NOW_SECONDS - 600, exp: NOW_SECONDS - 61 })],
  ['exp just beyond the leeway', () => token({ exp: NOW_SECONDS - 6 })],
  ['a life of more than 15 minutes', () => token({ exp: NOW_SECONDS + 3_600 })],
  ['nbf in the future', () => token({ nbf: NOW_SECONDS + 61 })],
  ['iat in the future', () => token({ iat: NOW_SECONDS + 61 })],
  ['no iat', () => token(without('iat'))],
  ['iat as a string', () => token({ iat: 'now' })],
  ['another issuer', () => token({ iss: 'https://other.test' })],
  ['issuer as a list', () => token({ iss: ['https://issuer.test'] })],
  ['no issuer', () => token(without('iss'))],
  ['another audience', () => token({ aud: 'billing' })],
  ['no audience', () => token(without('aud'))],
  ['audience as a list', () => token({ aud: ['autoops', 'billing'] })],
  ['an ID token (nonce)', () => token({ nonce: 'n' })],
  ['an ID token (at_hash)', () => token({ at_hash: 'h' })],
  ['an ID token by typ', () => token({}, { typ: 'id+jwt' })],
  ['a refresh token', () => token({ typ: 'Refresh' })],
  ['a token for another use', () => token({ token_use: 'id' })],
  ['a rollback token', () => token({}, { typ: 'autoops-rollback+jwt' })],
  ['an approval token', () => token({}, { typ: 'autoops-approval+jwt' })],
  ['no typ', () => token({}, without('typ'))],
  [
    'duplicate keys in the payload',
    () => raw(JSON.stringify(HEADER), JSON.stringify(CLAIMS).replace('{', `{"workspace_id":"${WORKSPACE}",`)),
  ],
  [
    'duplicate keys in the header',
    () => raw(JSON.stringify(HEADER).replace('{', '{"alg":"RS256",'), JSON.stringify(CLAIMS)),
  ],
  ['no workspace_id', () => token(without('workspace_id'))],
  ['workspace_id as a list', () => token({ workspace_id: [WORKSPACE] })],
  ['a foreign workspace_id', () => token({ workspace_id: '22222222-2222-4222-8222-222222222222' })],
  ['permissions as a string', () => token({ permissions: 'aiops:read' })],
  ['a wildcard permission', () => token({ permissions: ['aiops:*'] })],
  ['a permission in another case', () => token({ permissions: ['AIOps:Read'] })],
  ['an unknown permission', () => token({ permissions: ['aiops:read', 'aiops:root'] })],
  ['no permissions', () => token({ permissions: [] })],
  ['aiops:admin of a customer issuer', () => token({ permissions: ['aiops:admin'] })],
  ['an unknown crit', () => token({}, { crit: ['x'], x: 1 })],
  ['b64: false', () => token({}, { crit: ['b64'], b64: false })],
  ['zip', () => token({}, { zip: 'DEF' })],
  ['a JWE', () => `${base64('{"alg":"RSA-OAEP","enc":"A256GCM"}')}.AA.AA.AA.AA`],
  ['1 MB', () => token({ filler: 'x'.repeat(1_000_000) })],
  ['white space in base64', () => token().replace('.', '.\n')],
  ['padding', () => `${token()}=`],
  ['a truncated signature', () => token().slice(0, -4)],
  ['a weak RSA key of the key set', () => token({}, { kid: 'weak' }, weak.privateKey)],
  ['a revoked jti', () => token({ jti: 'revoked-jti' })],
  ['no subject', () => token(without('sub'))],
  ['subject as a number', () => token({ sub: 7 })],
  ['a payload that is a list', () => raw(JSON.stringify(HEADER), '[]')],
  ['a payload that is not JSON', () => raw(JSON.stringify(HEADER), '{')],
];

describe('jwtVerifier', () => {
  it('takes a good token as what its claims say', async () => {
    expect(await verifier.verify(token(), NOW)).toEqual({
      subject: 'anna@example.test',
      kind: 'person',
      workspaceId: WORKSPACE,
      permissions: ['aiops:read', 'autoops:approve'],
      environments: [],
      authenticatedAt: new Date((NOW_SECONDS - 10) * 1000).toISOString(),
    });
    expect(
      await verifier.verify(token({ sub: 'ci', client_id: 'ci', jti: 'other' }, { typ: 'JWT' }), NOW),
    ).toMatchObject({ kind: 'service' });
  });

  it.each(REFUSED)('refuses %s', async (_name, make) => {
    expect(await verifier.verify(make(), NOW)).toBeUndefined();
  });

  it('lets aiops:admin through only for an issuer that may administer', async () => {
    const internal = jwtVerifier({ ...settings, mayAdminister: true }, async () => WORKSPACE);
    expect(await internal.verify(token({ permissions: ['aiops:admin'] }), NOW)).toMatchObject({
      permissions: ['aiops:admin'],
    });
  });

  it('fetches the keys at most once however many unknown kids come', async () => {
    const fresh = jwtVerifier(settings, async () => WORKSPACE);
    const before = fetches;
    for (let count = 0; count < 50; count += 1)
      expect(await fresh.verify(token({}, { kid: `flood-${count}` }), NOW)).toBeUndefined();
    expect(fetches - before).toBeLessThanOrEqual(1);
  });

  it('refuses everybody while the key server is down, and asks it once', async () => {
    let asked = 0;
    const down = createServer((_request, response) => {
      asked += 1;
      response.statusCode = 503;
      response.end();
    });
    await new Promise<void>((resolve) => down.listen(0, '127.0.0.1', resolve));
    const without = jwtVerifier(
      { ...settings, jwksUrl: `http://127.0.0.1:${(down.address() as AddressInfo).port}` },
      async () => WORKSPACE,
    );
    for (let count = 0; count < 10; count += 1) expect(await without.verify(token(), NOW)).toBeUndefined();
    down.close();
    expect(asked).toBe(1);
  });

  it('has at least the 60 cases of the suite', () => {
    expect(REFUSED.length).toBeGreaterThanOrEqual(60);
    expect(createPublicKey(rsa.publicKey.export({ type: 'spki', format: 'pem' }))).toBeDefined();
  });
});
