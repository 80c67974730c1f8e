import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { aBatch } from './signals/test-batches.ts';
import { anEntry, anIncident, storeARun } from './test-records.ts';
import { openTestStore, type TestStore } from './test-store.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

describe('row-level security', () => {
  it('shows another workspace nothing, through any read', async () => {
    const { store, workspaceId: own, otherWorkspaceId: other } = test;
    const { incident, plan, run } = await storeARun(store, own);
    await store.signals.accept(own, aBatch([{ at: Date.now() }]));
    await store.access.createToken(
      {
        id: randomUUID(),
        workspaceId: own,
        name: 'ci',
        role: 'viewer',
        permissions: ['aiops:read'],
        environments: [],
        source: undefined,
        expiresAt: undefined,
      },
      'h1',
    );
    const { records, readModels } = store;
    expect(await records.incident(own, incident.id)).toBeDefined();
    expect([
      await records.incident(other, incident.id),
      await records.plan(other, plan.id),
      await records.run(other, run.id),
      await records.step(other, run.steps[0]!.id),
      await records.inputsOf(other, 'plan', plan.id),
      await readModels.incident(other, incident.id),
      await readModels.incident(other, 'INC-0001'),
      await readModels.auditEntry(other, 'A1'),
    ]).toEqual(Array(8).fill(undefined));
    expect([
      await records.openIncidents(other),
      await records.plansOf(other, incident.id),
      await records.runsOf(other, incident.id),
      (await readModels.incidents(other, {})).items,
      (await readModels.runs(other, {})).items,
      (await readModels.timeline(other, incident.id, {})).items,
      (await readModels.series(other, { metric: 'requests_total' })).items,
      await readModels.integrations(other),
      await store.access.tokens(other),
      await readModels.services(other, {}),
    ]).toEqual(Array(10).fill([]));
    expect(await readModels.runLog(other, run.id, { from: 1, limit: 10 })).toEqual({ lines: [], total: 0 });
  });

  it('lets another workspace change nothing', async () => {
    const { store, workspaceId: own, otherWorkspaceId: other } = test;
    const incident = anIncident();
    await store.state.commit({ workspaceId: own, writes: [{ kind: 'incident.insert', incident }], audit: [] });
    const result = await store.state.commit({
      workspaceId: other,
      writes: [{ kind: 'incident.update', id: incident.id, expectedVersion: 0, set: { title: 'mine' } }],
      audit: [anEntry(incident.id)],
    });
    expect(result).toMatchObject({ ok: false, refusal: 'conflict' });
    expect(await store.records.incident(own, incident.id)).toMatchObject({ title: incident.title, version: 0 });
    // the same id, number and cursor are free there
    expect(
      await store.state.commit({ workspaceId: other, writes: [{ kind: 'incident.insert', incident }], audit: [] }),
    ).toMatchObject({ ok: true, incidentNumber: 1 });
    const page = await store.readModels.incidents(own, { limit: 1 });
    await expect(store.readModels.incidents(other, { cursor: page.next ?? 'x' })).rejects.toMatchObject({
      code: 'bad-cursor',
    });
  });

  it('leaves no workspace behind on a pooled connection, and sees nothing without one', async () => {
    const client = new pg.Client({ connectionString: test.appUrl });
    await client.connect();
    expect((await client.query('select count(*)::integer as n from incidents')).rows).toEqual([{ n: 0 }]);
    await client.query(`begin; set local app.workspace = '${test.workspaceId}'; commit`);
    expect((await client.query('select count(*)::integer as n from incidents')).rows).toEqual([{ n: 0 }]);
    await expect(
      client.query('insert into counters (workspace_id, name, value) values ($1, $2, 1)', [test.workspaceId, 'x']),
    ).rejects.toThrow(/row-level security/);
    await expect(client.query('select * from samples_20200101')).rejects.toThrow();
    await client.end();
  });

  it('lets the router see where a row belongs, and nothing of it', async () => {
    const { store, workspaceId } = test;
    const { incident, run } = await storeARun(store, workspaceId);
    expect(await store.router.routeTo('incident', incident.id)).toBe(workspaceId);
    expect(await store.router.routeTo('step', run.steps[0]!.id)).toBe(workspaceId);
    expect(await store.router.routeTo('incident', randomUUID())).toBeUndefined();
    expect(await store.router.routeTo('incident', "' or true --")).toBeUndefined();
    const client = new pg.Client({ connectionString: test.appUrl });
    await client.connect();
    await client.query('begin; set local role autoops_router');
    await expect(client.query('select doc from incidents')).rejects.toThrow(/permission denied/);
    await client.query('rollback; begin; set local role autoops_router');
    await expect(client.query('select name from tokens')).rejects.toThrow(/permission denied/);
    await client.end();
  });

  it('refuses to open with a table left open, or as a role above it', async () => {
    await expect(openStore({ databaseUrl: test.adminUrl })).rejects.toThrow(/stands above row-level security/);
    await test.admin('create table forgotten (workspace_id uuid, secret text)');
    await expect(openStore({ databaseUrl: test.appUrl })).rejects.toThrow(
      /Not under forced row-level security: forgotten/,
    );
    await test.admin('drop table forgotten');
    await (await openStore({ databaseUrl: test.appUrl })).close();
  });
});
