import type { Incident, Topology } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { anomaly, at, incident } from './__fixtures__/records.ts';
import { correlate } from './correlate.ts';
import { IncidentBook } from './incident-book.ts';
import { callDepth, relate, rootOf } from './topology-graph.ts';

const service = (name: string, dependsOn: string[] = [], usesResources: string[] = []) => ({
  name,
  title: name,
  owner: 'team',
  dependsOn,
  usesResources,
  scalable: false,
});
const topology: Topology = {
  apiVersion: 'autoops.dev/v1',
  kind: 'Topology',
  services: [
    service('storefront', ['checkout', 'catalogue']),
    service('checkout', ['catalogue'], ['db']),
    service('catalogue'),
    service('orders', [], ['db']),
    service('billing'),
    service('kiosk', ['checkout']),
  ],
  jobs: [{ name: 'reindex', title: 'Reindex', owner: 'team', usesResources: ['db'], throttleable: true }],
  resources: [{ name: 'db', title: 'Database connections', kind: 'postgres' }],
};
const now = new Date(at(120));

describe('topology', () => {
  it('relates services by calls of two steps, by shared resources and not otherwise', () => {
    expect(relate(topology, 'storefront', 'checkout')).toEqual({ hops: 1, words: 'storefront depends on checkout' });
    expect(relate(topology, 'catalogue', 'storefront')?.words).toBe('storefront depends on catalogue');
    expect(relate(topology, 'orders', 'checkout')?.words).toBe('orders and checkout share Database connections');
    expect(relate(topology, 'checkout', 'reindex')?.words).toBe('checkout and reindex share Database connections');
    expect(relate(topology, 'storefront', 'kiosk')?.words).toBe('storefront and kiosk both depend on checkout');
    expect(relate(topology, 'billing', 'checkout')).toBeUndefined();
    expect(callDepth(topology, 'storefront', 'catalogue')).toBe(1);
    expect(rootOf(topology, ['storefront', 'checkout'])).toBe('checkout');
    expect(rootOf(topology, ['checkout', 'orders'])).toBe('checkout');
  });
});

describe('correlate', () => {
  it('joins what hangs together while the incident is open, however late, and says why', () => {
    const late = correlate(anomaly({ service: 'orders', openedAt: at(300) }), [incident({})], topology, []);
    expect(late).toEqual({
      incidentId: incident({}).id,
      reason:
        'error_ratio of orders: orders and checkout share Database connections; began while the incident was open',
    });
  });

  it('never joins another environment or an unrelated service', () => {
    expect(correlate(anomaly({ environment: 'prod' }), [incident({})], topology, []).incidentId).toBeUndefined();
    expect(correlate(anomaly({ service: 'billing' }), [incident({})], topology, [])).toEqual({
      incidentId: undefined,
      reason: 'no open incident in staging hangs together with billing',
    });
  });

  it('keeps two at once apart when they do not hang together, and chooses the nearer when both do', () => {
    const other = incident({ id: '0190d3f0-0000-5000-8000-0000000000bb', service: 'orders' });
    expect(correlate(anomaly({ service: 'orders' }), [incident({}), other], topology, []).incidentId).toBe(other.id);
    expect(correlate(anomaly({ service: 'checkout' }), [other, incident({})], topology, []).incidentId).toBe(
      incident({}).id,
    );
  });

  it('leaves an anomaly with its closed incident while another of the same still lasts, and not afterwards', () => {
    const closed = incident({ state: 'closed', outcome: 'verified', closedAt: at(90) });
    const lasting = anomaly({ incidentId: closed.id });
    const fresh = anomaly({ id: '0190d3f0-0000-5000-8000-000000000002', indicator: 'latency_p95', openedAt: at(100) });
    expect(correlate(fresh, [closed], topology, [lasting]).incidentId).toBe(closed.id);
    expect(correlate(fresh, [], topology, [lasting]).incidentId).toBe(closed.id);
    expect(correlate(fresh, [closed], topology, []).incidentId).toBeUndefined();
    // A neighbour's trouble after the end is news, and what is open goes first.
    expect(correlate({ ...fresh, service: 'orders' }, [closed], topology, [lasting]).incidentId).toBeUndefined();
    const open = incident({ id: '0190d3f0-0000-5000-8000-0000000000bb', service: 'orders' });
    expect(correlate(fresh, [closed, open], topology, [lasting]).incidentId).toBe(open.id);
  });
});

describe('IncidentBook', () => {
  const book = (incidents: Incident[]) =>
    new IncidentBook({ workspaceId: 'default', openIncidents: incidents, topology, now });

  it("reopens a closed incident for what is new and for nothing else, with the next plan the Planner's own", () => {
    const guided = { requester: { kind: 'person' as const, id: 'olivia' }, runbooks: [{ name: 'restart' }] };
    const closed = incident({
      state: 'closed',
      outcome: 'ineffective',
      closedAt: at(90),
      planId: incident({}).id,
      guided,
    });
    const join = (reopenedBy: string | undefined) => {
      const own = book([closed]);
      own.join(anomaly({ severity: 'critical' }), closed.id, 'why', { opens: true, reopenedBy });
      return own.transitions()[0];
    };
    expect(join(undefined)?.writes.some((write) => write.kind === 'incident.update')).toBe(false);
    const transition = join('severity rose to critical');
    expect(transition?.writes[0]).toMatchObject({
      kind: 'incident.update',
      expectedVersion: 3,
      set: { state: 'planned', severity: 'critical', outcome: undefined, planId: undefined, guided: undefined },
    });
    expect(transition?.outbox).toMatchObject([{ queue: 'planner', subjectId: closed.id }]);
    expect(transition?.audit.map(({ reason }) => reason)).toContain('incident-reopened');
  });

  it('opens only while nobody else has opened an incident of the environment that it did not see', () => {
    const elsewhere = incident({ id: '0190d3f0-0000-7000-8000-0000000000e1', environment: 'prod' });
    const own = book([incident({}), elsewhere]);
    const cause = anomaly({ id: '0190d3f0-0000-5000-8000-0000000000a1', service: 'billing' });
    const opened = own.open({
      cause,
      service: 'billing',
      source: 'detector',
      title: 'Billing',
      joined: [{ anomaly: cause, snapshot: undefined, reason: 'it opened the incident' }],
    });
    expect(own.transitions().at(-1)?.guards).toEqual([
      { kind: 'incidents.known', environment: 'staging', ids: [incident({}).id, opened.id] },
    ]);
  });

  it('makes one version step for several anomalies of a moment and never disturbs a run', () => {
    const own = book([incident({})]);
    own.join(anomaly({}), incident({}).id, 'a', { opens: false });
    own.join(anomaly({ id: '0190d3f0-0000-5000-8000-000000000002', severity: 'high' }), incident({}).id, 'b', {
      opens: true,
    });
    const [transition, ...others] = own.transitions();
    expect(others).toEqual([]);
    expect(transition?.writes.filter((write) => write.kind === 'incident.update')).toMatchObject([
      { set: { severity: 'high', correlation: ['a', 'b'] } },
    ]);
    expect(transition?.outbox).toHaveLength(1);
    const running = book([incident({ state: 'executing' })]);
    running.join(anomaly({}), incident({}).id, 'a', { opens: true });
    expect(running.transitions()[0]?.writes.map(({ kind }) => kind)).toEqual(['anomaly.upsert', 'evidence.insert']);
    expect(running.transitions()[0]?.outbox).toEqual([]);
  });

  it('moves a fresh incident to the root, and leaves one that a stage has worked on', () => {
    const fresh = book([incident({ state: 'detected', service: 'storefront' })]);
    fresh.reroot(incident({}).id, 'checkout', 'nearer');
    expect(fresh.incidents()[0]?.service).toBe('checkout');
    const worked = book([incident({ service: 'storefront' })]);
    worked.reroot(incident({}).id, 'checkout', 'nearer');
    expect(worked.incidents()[0]?.service).toBe('storefront');
  });
});
