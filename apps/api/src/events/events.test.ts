import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';
import { storeIncident } from '../testing/test-incident.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

/** Reads a stream until `enough` says so; then hangs up. */
async function read(
  token: string,
  headers: Record<string, string>,
  enough: (text: string) => boolean,
  workspaceQuery = '',
): Promise<string> {
  const stop = new AbortController();
  const answer = await fetch(`${api.url}/api/v1/events${workspaceQuery}`, {
    headers: { Authorization: `Bearer ${token}`, ...headers },
    signal: stop.signal,
  });
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('x-accel-buffering')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
    'no',
  ]);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (enough(text)) break;
  }
  stop.abort();
  return text;
}
/** The ids of the events; the greeting's says where the stream stands. */
const idsOf = (text: string): number[] =>
  [...text.matchAll(/^id: (\d+)\n(?!event: hello)/gm)].map((match) => Number(match[1]));
const flip = async (environment: string, workspaceId = api.workspaceId): Promise<void> => {
  await api.adapters.controls.set(workspaceId, {
    scope: `environment:${environment}`,
    level: 'no-new',
    reason: 'test',
    actor: { kind: 'person', id: 'anna' },
  });
};

it('sends what happens, and after a reconnect what happened meanwhile, once and in order', async () => {
  const token = await api.token('viewer');
  let greet = (): void => undefined;
  const greeted = new Promise<void>((resolve) => (greet = resolve));
  const live = read(token, {}, (text) => {
    if (text.includes('event: hello')) greet();
    return idsOf(text).length >= 2;
  });
  await greeted;
  await flip('one');
  await flip('two');
  const first = idsOf(await live);
  await flip('three');
  await flip('four');
  const resumed = idsOf(await read(token, { 'Last-Event-ID': String(first[0]) }, (text) => idsOf(text).length >= 3));
  expect(resumed).toEqual([first[1], (first[1] ?? 0) + 1, (first[1] ?? 0) + 2]);
});

it("sends nothing of another workspace, and only the principal's environments", async () => {
  const head = await api.adapters.liveEvents.head(api.workspaceId);
  await flip('staging', api.otherWorkspaceId);
  await storeIncident(api.adapters, api.workspaceId);
  const { plan: prod } = await storeIncident(api.adapters, api.workspaceId, { environment: 'prod' });
  await api.call('POST', `/api/v1/plans/${prod.id}/execute`, { token: await api.token('operator') });
  await flip('end');
  const all = await read(await api.token('viewer'), { 'Last-Event-ID': String(head) }, (text) =>
    text.includes('environment:end'),
  );
  expect(all).toContain('"environment":"prod"');
  const bound = await read(
    await api.token('viewer', { environments: ['staging'] }),
    { 'Last-Event-ID': String(head) },
    (text) => text.includes('environment:end'),
  );
  expect(bound).not.toContain('"environment":"prod"');
});

it('greets with the id to resume from, also where nothing has happened yet, and never with one beyond the head', async () => {
  const head = await api.adapters.liveEvents.head(api.workspaceId);
  for (const given of [{}, { 'Last-Event-ID': String(head + 1000) }] as Record<string, string>[]) {
    const text = await read(await api.token('viewer'), given, (so) => so.includes('event: hello'));
    expect(text).toContain(`id: ${head}\nevent: hello`);
  }
});

it('begins as far back as it is asked to, so that a page misses nothing that happened while it came up', async () => {
  const token = await api.token('viewer');
  await flip('while-loading');
  const head = await api.adapters.liveEvents.head(api.workspaceId);
  const text = await read(token, {}, (so) => idsOf(so).includes(head), '?reachBackMs=60000');
  expect(text).toContain('environment:while-loading');
  // Where it stood comes first: a stream that knows its last event resumes there, however far back it is asked to reach.
  await flip('later');
  const resumed = await read(
    token,
    { 'Last-Event-ID': String(head) },
    (so) => idsOf(so).length > 0,
    '?reachBackMs=60000',
  );
  expect(idsOf(resumed)).toEqual([head + 1]);
  for (const wrong of ['x', '-1', '60001'])
    expect((await api.call('GET', `/api/v1/events?reachBackMs=${wrong}`, { token })).status).toBe(400);
});

it('refuses a sixth stream of the same user and what is no event id', async () => {
  const token = await api.token('viewer');
  const stop = new AbortController();
  const open = () =>
    fetch(`${api.url}/api/v1/events`, { headers: { Authorization: `Bearer ${token}` }, signal: stop.signal });
  for (let count = 0; count < 5; count += 1) expect((await open()).status).toBe(200);
  expect((await open()).status).toBe(429);
  stop.abort();
  expect((await api.call('GET', '/api/v1/events?lastEventId=x', { token: await api.token('viewer') })).status).toBe(
    400,
  );
});
