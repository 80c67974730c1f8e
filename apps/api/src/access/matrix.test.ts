import { randomUUID } from 'node:crypto';
import { ROUTES, type Permission, type Route } from '@autoops/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';
import { storeIncident, type TestIncident } from '../testing/test-incident.ts';

/** The generated authorisation matrix: every route of ROUTES x principals x ways to write the path x whose object it is. */
const SINGLE: readonly Permission[] = [
  'aiops:read',
  'aiops:analyze',
  'aiops:remediate',
  'aiops:admin',
  'autoops:approve',
  'autoops:ingest',
];
/** Calls that would act on the sandbox or never end. */
const NOT_CALLED_THROUGH: ReadonlySet<string> = new Set(['events', 'demo.break', 'demo.reset', 'demo.get']);

let api: TestApi;
let foreign: TestIncident;
const tokens = new Map<string, string | undefined>();

beforeAll(async () => {
  api = await openTestApi();
  foreign = await storeIncident(api.adapters, api.otherWorkspaceId, { planState: 'awaiting-approval', withRun: true });
  for (const permission of SINGLE) tokens.set(permission, await api.token([permission]));
  tokens.set('all', await api.token(SINGLE));
  tokens.set('none', undefined);
  tokens.set('garbage', 'aot_garbage');
  tokens.set('expired', await api.token(SINGLE, { expiresAt: new Date(Date.now() - 1000).toISOString() }));
  const revoked = await api.token(SINGLE);
  const { items } = (await api.call('GET', '/api/v1/tokens?limit=200', { token: tokens.get('all') })).json as {
    items: { id: string; createdAt: string }[];
  };
  const newest = items.toSorted((left, right) => (left.createdAt < right.createdAt ? 1 : -1))[0];
  await api.adapters.access.revokeToken(api.workspaceId, newest?.id ?? '');
  tokens.set('revoked', revoked);
});
afterAll(() => api.close());

/** The id of the other workspace's object of a route, where it has such objects. */
function foreignId(route: Route): string | undefined {
  switch (route.object) {
    case 'incident':
      return foreign.incident.id;
    case 'evidence':
      return `${foreign.incident.id}:E1`;
    case 'plan':
      return foreign.plan.id;
    case 'approval':
      return foreign.approval?.id;
    case 'run':
      return foreign.runId;
    default:
      return undefined;
  }
}

const pathOf = (route: Route, id: string): string =>
  route.path.replace(':id', encodeURIComponent(id)).replace(':scope', 'workspace');
const bodyOf = (route: Route): object | undefined =>
  route.method === 'GET' || route.method === 'DELETE' ? undefined : {};
const mayCall = (route: Route, who: string): boolean => {
  if (route.permission === 'public') return true;
  if (['none', 'garbage', 'expired', 'revoked'].includes(who)) return false;
  return route.permission === 'session' || who === 'all' || who === route.permission;
};
/** What differs between two answers to the same question anyway. */
const comparable = (text: string): string => text.replaceAll(/"(requestId|instance)":"[^"]*"/g, '');

describe('every route', () => {
  it.each(ROUTES.filter((route) => route.permission !== 'public').map((route) => [route.id, route] as const))(
    '%s lets in whom the table lets in, and nobody else',
    async (_id, route) => {
      for (const [who, token] of tokens) {
        if (mayCall(route, who) && NOT_CALLED_THROUGH.has(route.id)) continue;
        const answer = await api.call(route.method, pathOf(route, randomUUID()), { token, body: bodyOf(route) });
        if (mayCall(route, who))
          expect([who, answer.status], answer.text).not.toEqual([who, expect.toBeOneOf([401, 403])]);
        else if (['none', 'garbage', 'expired', 'revoked'].includes(who))
          expect([who, answer.status]).toEqual([who, 401]);
        else {
          expect([who, answer.status]).toEqual([who, 403]);
          expect(answer.json['auditId']).toBeTypeOf('string');
        }
      }
    },
  );

  it.each(
    ROUTES.filter((route) => route.permission !== 'public' && route.permission !== 'session').map(
      (route) => [route.id, route] as const,
    ),
  )('%s is under no other rule when its path or method is written otherwise', async (_id, route) => {
    const path = pathOf(route, randomUUID());
    const variants: (readonly [string, string])[] = [
      [route.method, `${path}/`],
      [route.method, path.toUpperCase()],
      [route.method, `/${path}`],
      [route.method, path.replaceAll('/', '%2F').replace('%2F', '/')],
      [route.method, `${path}/..`],
      [route.method, `${path};x=1`],
      [route.method, `${path}?token=${tokens.get('all') ?? ''}`],
      ...(route.method === 'GET' ? [['HEAD', path] as const] : []),
    ];
    for (const [method, variant] of variants) {
      const answer = await api.call(method, variant, { body: method === 'HEAD' ? undefined : bodyOf(route) });
      // Not signed in: the very route refuses (401), anything else does not exist or is the dashboard's page.
      expect([method, variant, answer.status]).toEqual(
        [method, variant, expect.toBeOneOf([401, 404, 400])].map((value, index) =>
          index === 2 && answer.headers.get('content-type')?.startsWith('text/html') ? 200 : value,
        ),
      );
    }
  });
});

describe("another workspace's object", () => {
  it.each(
    ROUTES.filter((route) => ['incident', 'evidence', 'plan', 'approval', 'run'].includes(route.object ?? '')).map(
      (route) => [route.id, route] as const,
    ),
  )('%s answers as if it did not exist, byte for byte, and nothing changes', async (_id, route) => {
    const token = tokens.get('all');
    const headers = { 'If-Match': `"${foreign.plan.hash}"` };
    const body = route.method === 'GET' ? undefined : { reason: 'x', assignee: 'x', into: foreign.incident.id };
    const missingId = route.object === 'evidence' ? `${randomUUID()}:E1` : randomUUID();
    const theirs = await api.call(route.method, pathOf(route, foreignId(route) ?? ''), { token, headers, body });
    const missing = await api.call(route.method, pathOf(route, missingId), { token, headers, body });
    expect(comparable(theirs.text)).toBe(comparable(missing.text));
    expect(theirs.status).toBe(missing.status);
    expect(theirs.status).toBeGreaterThanOrEqual(400);
    const untouched = await api.adapters.records.incident(api.otherWorkspaceId, foreign.incident.id);
    expect(untouched?.version).toBe(0);
  });

  it('is in no list, no event stream position and no body', async () => {
    const token = tokens.get('all');
    for (const route of ROUTES.filter((candidate) => candidate.id.endsWith('.list'))) {
      const answer = await api.call('GET', route.path, { token });
      expect(answer.text).not.toContain(foreign.incident.id);
      expect(answer.text).not.toContain(foreign.plan.id);
    }
    for (const [path, body] of [
      ['/api/v1/remediate', { planId: foreign.plan.id }],
      ['/api/v1/plan', { incidentId: foreign.incident.id }],
      ['/api/v1/report', { incidentId: foreign.incident.id }],
    ] as const) {
      expect((await api.call('POST', path, { token, body })).json).toMatchObject({ status: 404, code: 'not-found' });
    }
  });

  it('is not reached by a cursor of its own list', async () => {
    for (let count = 0; count < 3; count += 1) await storeIncident(api.adapters, api.otherWorkspaceId);
    const outsider = await api.token('viewer', { workspaceId: api.otherWorkspaceId });
    const page = await api.call('GET', '/api/v1/incidents?limit=1', { token: outsider });
    const answer = await api.call(
      'GET',
      `/api/v1/incidents?limit=1&cursor=${encodeURIComponent(String(page.json['next']))}`,
      { token: tokens.get('all') },
    );
    expect(answer.text).not.toContain(foreign.incident.id);
    expect(answer.json).toMatchObject({ status: 400, code: 'bad-cursor' });
  });
});

describe('an environment that the role is not bound to', () => {
  let elsewhere: TestIncident;
  let own: TestIncident;
  let bound: string;
  beforeAll(async () => {
    const options = { planState: 'awaiting-approval', withRun: true } as const;
    elsewhere = await storeIncident(api.adapters, api.workspaceId, { ...options, environment: 'prod' });
    own = await storeIncident(api.adapters, api.workspaceId, options);
    bound = await api.token(SINGLE, { environments: ['staging'] });
  });

  /** A body that the route takes: one of another shape is refused before anything is looked up. */
  const bodyFor = ({ id, method }: Route): object | undefined => {
    if (method === 'GET') return undefined;
    if (id === 'incidents.assign') return { assignee: 'x' };
    if (id === 'incidents.label') return { label: 'noise' };
    if (id === 'incidents.merge') return { into: own.incident.id };
    return ['incidents.close', 'approvals.reject'].includes(id) ? { reason: 'x' } : {};
  };
  const idsOf = ({ incident, plan, approval, runId }: TestIncident): Readonly<Record<string, string>> => ({
    incident: incident.id,
    evidence: `${incident.id}:E1`,
    plan: plan.id,
    approval: approval?.id ?? '',
    run: runId ?? '',
  });

  it.each(
    ROUTES.filter((route) => ['incident', 'evidence', 'plan', 'approval', 'run'].includes(route.object ?? '')).map(
      (route) => [route.id, route] as const,
    ),
  )('%s refuses its objects as it refuses to act on them, and nothing changes', async (_id, route) => {
    const path = pathOf(route, idsOf(elsewhere)[route.object ?? ''] ?? '');
    const headers = { 'If-Match': `"${elsewhere.plan.hash}"` };
    const answer = await api.call(route.method, path, { token: bound, headers, body: bodyFor(route) });
    expect(answer.json).toMatchObject({ status: 403, code: 'wrong-environment' });
    const untouched = await api.adapters.records.incident(api.workspaceId, elsewhere.incident.id);
    expect(untouched?.version).toBe(0);
  });

  it('is in no list, while the own one is, and whoever is bound to none reads both', { timeout: 60_000 }, async () => {
    for (const route of ROUTES.filter((candidate) => candidate.id.endsWith('.list'))) {
      const { text } = await api.call('GET', `${route.path}?limit=200`, { token: bound });
      for (const id of Object.values(idsOf(elsewhere)))
        expect([route.id, text]).not.toEqual([route.id, expect.stringContaining(id)]);
    }
    for (const [path, object] of [
      ['incidents', 'incident'],
      ['plans', 'plan'],
      ['approvals', 'approval'],
      ['runs', 'run'],
    ] as const) {
      const read = (token: string | undefined) => api.call('GET', `/api/v1/${path}?limit=200`, { token });
      expect((await read(bound)).text).toContain(idsOf(own)[object]);
      expect((await read(tokens.get('all'))).text).toContain(idsOf(elsewhere)[object]);
    }
  });

  it('is not reached by naming it in a query or a body', async () => {
    const { text } = await api.call('GET', '/api/v1/incidents?environment=prod', { token: bound });
    expect(JSON.parse(text)).toEqual({ items: [] });
    for (const [path, body] of [
      ['/api/v1/remediate', { planId: elsewhere.plan.id }],
      ['/api/v1/plan', { incidentId: elsewhere.incident.id }],
      ['/api/v1/report', { incidentId: elsewhere.incident.id }],
    ] as const) {
      const answer = await api.call('POST', path, { token: bound, body });
      expect(answer.json).toMatchObject({ status: 403, code: 'wrong-environment' });
    }
  });
});
