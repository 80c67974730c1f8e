import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeIncident } from '../testing/test-incident.ts';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let operator: string;
beforeAll(async () => {
  api = await openTestApi();
  operator = await api.token('operator', { name: 'operator@demo' });
});
afterAll(() => api.close());

const PATH = '/api/v1/annotations';
const add = (body: object, token = operator) => api.call('POST', PATH, { token, body });
const note = (text: string, more: object = {}) => ({ environment: 'staging', service: 'checkout', text, ...more });
const list = async (query: string, token = operator): Promise<string[]> =>
  ((await api.call('GET', `${PATH}?${query}`, { token })).json['items'] as { text: string }[]).map(({ text }) => text);

describe('annotations', () => {
  it('are kept with who, when and where, audited and without secrets', async () => {
    const answer = await add(note('emptied the cache, password=hunter2secret', { from: '2026-01-15T13:00:00+01:00' }));
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json['annotation']).toMatchObject({
      environment: 'staging',
      service: 'checkout',
      from: '2026-01-15T12:00:00.000Z',
      author: { kind: 'person', id: 'operator@demo' },
    });
    const entry = await api.call('GET', `/api/v1/audit/${String(answer.json['auditId'])}`, { token: operator });
    expect(entry.json).toMatchObject({ verb: 'annotation.create', actor: { id: 'operator@demo' } });
    expect(answer.text + entry.text).not.toContain('hunter2secret');
  });

  it('are listed where they touch the range, of one service in one environment', async () => {
    const day = (time: string) => `2026-02-01T${time}:00Z`;
    await add(note('before', { from: day('09:00'), to: day('09:59') }));
    await add(note('into', { from: day('09:00'), to: day('10:30') }));
    await add(note('inside', { from: day('10:45') }));
    await add(note('after', { from: day('11:01') }));
    await add({ ...note('elsewhere', { from: day('10:45') }), service: 'orders' });
    const range = `from=${day('10:00')}&to=${day('11:00')}`;
    expect(await list(`service=checkout&environment=staging&${range}`)).toEqual(['inside', 'into']);
    expect(await list(`service=checkout&environment=prod&${range}`)).toEqual([]);
  });

  it('are taken away by who wrote them and by nobody else', async () => {
    const made = await add(note('mine', { from: '2026-03-01T10:00:00Z' }));
    const id = (made.json['annotation'] as { id: string }).id;
    const colleague = await api.token('admin', { name: 'anna@example.org' });
    expect((await api.call('DELETE', `${PATH}/${id}`, { token: colleague })).json).toMatchObject({
      code: 'not-permitted',
    });
    expect(await list('from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z')).toEqual(['mine']);
    const gone = await api.call('DELETE', `${PATH}/${id}`, { token: operator });
    expect(gone.json['auditId']).toBe(gone.headers.get('x-audit-id'));
    expect(await list('from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z')).toEqual([]);
  });

  it('stand in the timeline of an incident that they fall into, and change nothing of its record', async () => {
    const { incident } = await storeIncident(api.adapters, api.workspaceId, { environment: 'prod' });
    const made = await add({ ...note('during it'), environment: 'prod' });
    await add({ ...note('long before', { from: '2026-01-01T00:00:00Z' }), environment: 'prod' });
    await add({ ...note('of another service'), environment: 'prod', service: 'orders' });
    const timeline = async () =>
      (
        (await api.call('GET', `/api/v1/incidents/${incident.id}/timeline`, { token: operator })).json['items'] as {
          text: string;
        }[]
      )
        .map(({ text }) => text)
        .filter((text) => text.includes('noted'));
    expect(await timeline()).toEqual(['operator@demo noted: during it']);
    expect((await api.adapters.records.incident(api.workspaceId, incident.id))?.version).toBe(0);
    await api.call('DELETE', `${PATH}/${(made.json['annotation'] as { id: string }).id}`, { token: operator });
    expect(await timeline()).toEqual([]);
  });

  it('are refused where they are none, too long, or of an environment that the role does not cover', async () => {
    const viewer = await api.token('viewer');
    const bound = await api.token('operator', { environments: ['prod'] });
    const range = 'from=2026-04-01T00:00:00Z&to=2026-04-02T00:00:00Z';
    const at = { from: '2026-04-01T10:00:00Z' };
    expect((await add(note('x', at), viewer)).json).toMatchObject({ code: 'forbidden' });
    expect((await add(note('x', at), bound)).json).toMatchObject({ code: 'wrong-environment' });
    for (const body of [note('', at), note('x'.repeat(281), at), note('x', { to: '2026-04-01T10:00:00Z' })])
      expect((await add(body)).json).toMatchObject({ status: 400, code: 'invalid-input' });
    expect((await add(note('x', { ...at, to: '2026-04-01T09:00:00Z' }))).status).toBe(400);
    expect(await list(range)).toEqual([]);
    await add(note('seen by its own', at));
    expect(await list(range)).toEqual(['seen by its own']);
    expect(await list(range, bound)).toEqual([]);
    expect(await list(range, await api.token('admin', { workspaceId: api.otherWorkspaceId }))).toEqual([]);
  });
});
