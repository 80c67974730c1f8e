import type { Anomaly, Incident } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { IncidentBook } from '../incident/incident-book.ts';
import { Ledger, shopConfig } from './__fixtures__/shop-config.ts';
import { START } from './__fixtures__/shop.ts';
import { alertAnomaly } from './alerts.ts';
import { IncidentDesk } from './incident-desk.ts';

const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
const shard = { workspaceId: 'default', service: 'checkout', environment: 'staging' };

/** An anomaly of checkout and what it is made from; as kind `level` it is the error ratio's. */
function found(key: string, over: Partial<Anomaly> = {}) {
  const { anomaly, scored, snapshot } = alertAnomaly(shard, {
    key,
    name: 'HighErrorRatio',
    severity: 'medium',
    startsAt: at(0),
    summary: 'More than 5 % of requests fail',
    labels: {},
  });
  return { anomaly: { ...anomaly, indicator: 'error_ratio', kind: 'level' as const, ...over }, scored, snapshot };
}

/** A verified incident of which one anomaly lasts and one has ended; `work` is what the detector finds afterwards. */
function afterwards(work: (desk: IncidentDesk, lasting: Anomaly) => void, ended: Partial<Anomaly> = {}) {
  const ledger = new Ledger();
  const first = found('first');
  const book = new IncidentBook({ ...shopConfig(new Date(START)), workspaceId: 'default' });
  const { id } = book.open({
    cause: first.anomaly,
    service: 'checkout',
    source: 'detector',
    title: 'errors',
    joined: [first, found('ended', { closedAt: at(5), ...ended })].map((each) => ({ ...each, reason: 'first' })),
  });
  ledger.commit({ transitions: book.transitions(), ticks: [] });
  const closed: Incident = {
    ...(ledger.incidents.get(id) as Incident),
    state: 'closed',
    outcome: 'verified',
    closedAt: at(30),
  };
  ledger.incidents.set(id, closed);

  const config = ledger.config(new Date(START + 60_000));
  const closedOnes = config.closedIncidents.map(({ incident }) => incident);
  const after = new IncidentBook({ ...config, openIncidents: closedOnes, workspaceId: 'default' });
  work(new IncidentDesk(after, config, shard), ledger.anomalies.get(first.anomaly.id) as Anomaly);
  const transitions = after.transitions();
  ledger.commit({ transitions, ticks: [] });
  const jobs = transitions.flatMap(({ outbox }) => outbox ?? []);
  return { incident: ledger.incidents.get(id) as Incident, incidents: ledger.incidents.size, jobs, ledger };
}

const unchanged = { state: 'closed', outcome: 'verified' };

describe('a closed incident of which an anomaly lasts', () => {
  it('keeps what comes of the same kind and severity, and stays closed', () => {
    const later = found('later', { openedAt: at(60) });
    const { incident, incidents, jobs, ledger } = afterwards((desk) => {
      desk.open(later.anomaly, later.scored, later.snapshot);
      desk.settle(START + 60_000);
    });
    expect(incident).toMatchObject(unchanged);
    expect({ incidents, jobs }).toEqual({ incidents: 1, jobs: [] });
    expect(ledger.anomalies.get(later.anomaly.id)?.incidentId).toBe(incident.id);
  });

  it('stays closed while its anomaly lasts as it was, and when another view of the same departure sees it', () => {
    const novel = found('novel', { kind: 'novelty', openedAt: at(60) });
    const { incident, jobs } = afterwards((desk, lasting) => {
      desk.update({ ...lasting, observed: 2, lastAt: at(60) });
      desk.open(novel.anomaly, novel.scored, novel.snapshot);
      desk.settle(START + 60_000);
    });
    expect(incident).toMatchObject(unchanged);
    expect(jobs).toEqual([]);
  });

  it('stays closed at a severity that it has had before, though the anomaly that had it joined during the run', () => {
    const { incident, jobs } = afterwards((desk, lasting) => desk.update({ ...lasting, severity: 'critical' }), {
      severity: 'critical',
    });
    expect(incident).toMatchObject(unchanged);
    expect(jobs).toEqual([]);
  });

  it('is reopened for a new plan when its anomaly becomes more severe than it ever was', () => {
    const { incident, incidents, jobs } = afterwards((desk, lasting) => desk.update({ ...lasting, severity: 'high' }));
    expect(incident).toMatchObject({ state: 'planned', severity: 'high', outcome: undefined, closedAt: undefined });
    expect(incidents).toBe(1);
    expect(jobs).toEqual([{ queue: 'planner', subjectId: incident.id, traceparent: undefined }]);
  });

  it('is reopened by evidence of another kind, once that has lasted as long as what opens an incident', () => {
    const alert = found('alert', { kind: 'alert', openedAt: at(60) });
    const waits = { ...alert.scored, opensAfterMs: 5_000 };
    const come = (...moments: readonly number[]) =>
      afterwards((desk) => {
        desk.open(alert.anomaly, waits, alert.snapshot);
        for (const moment of moments) desk.settle(START + moment * 1000);
      });
    const early = come(60, 64);
    expect(early.incident).toMatchObject(unchanged);
    expect(early.ledger.anomalies.get(alert.anomaly.id)?.incidentId).toBeUndefined();
    const { incident, incidents, jobs } = come(60, 64, 65);
    expect(incident).toMatchObject({ state: 'planned', outcome: undefined });
    expect({ incidents, jobs: jobs.map(({ queue }) => queue) }).toEqual({ incidents: 1, jobs: ['planner'] });
  });

  it('is left alone by what could not open an incident', () => {
    const replicas = found('replicas', {
      kind: 'absence',
      indicator: 'desired_replicas',
      severity: 'critical',
      openedAt: at(60),
    });
    const harmless = { ...replicas.scored, subject: { ...replicas.scored.subject, opens: false } };
    const { incident, jobs } = afterwards((desk) => {
      desk.open(replicas.anomaly, harmless, replicas.snapshot);
      desk.settle(START + 60_000);
    });
    expect(incident).toMatchObject(unchanged);
    expect(jobs).toEqual([]);
  });
});
