import type { AlertSignal, Anomaly, AuditDraft, AuditEntry, Evidence } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../detector/__fixtures__/shop-config.ts';
import { SimulatedShop, START } from '../detector/__fixtures__/shop.ts';
import { DETECTOR_VERSION, detectShard } from '../detector/index.ts';
import { evidenceOwed, storyDigest, storyRecord, tell } from '../explainer/index.ts';
import { aStory, valueInputs } from '../explainer/story.fixture.ts';
import { FORECASTER_VERSION, forecastService } from '../forecaster/index.ts';
import type { ShardWork } from '../ports/shard-store.ts';
import type { Transition } from '../ports/state-store.ts';
import { fieldDigests } from './field-digests.ts';
import { replayIncident, type ReplayEngines, type ReplayMaterial } from './replay.ts';

const engines: ReplayEngines = {
  policy: { bundleDigest: 'f'.repeat(64), evaluate: async () => ({}) } as unknown as ReplayEngines['policy'],
  forecasterVersion: FORECASTER_VERSION,
  forecastHash: () => 'none',
};
const nothing: ReplayMaterial = { anomalies: [], forecasts: [], plans: [], decisions: [], audit: [] };
const entry = (draft: AuditDraft): AuditEntry => ({ ...draft, detail: draft.detail ?? {} }) as AuditEntry;

/** What a shard's transitions left behind: anomalies with their snapshots, and the audit entries. */
function recordOf(transitions: readonly Transition[]): ReplayMaterial {
  const anomalies = new Map<string, { anomaly: Anomaly; snapshot: Uint8Array | undefined }>();
  for (const write of transitions.flatMap(({ writes }) => writes)) {
    if (write.kind !== 'anomaly.upsert') continue;
    const snapshot = write.snapshot ?? anomalies.get(write.anomaly.id)?.snapshot;
    anomalies.set(write.anomaly.id, { anomaly: write.anomaly, snapshot });
  }
  return {
    ...nothing,
    anomalies: [...anomalies.values()],
    audit: transitions.flatMap(({ audit }) => audit.map(entry)),
  };
}

/** A noisy job, an alert about it and a log message never seen before. */
function trouble(): ReplayMaterial {
  const shop = new SimulatedShop(
    'checkout',
    [{ kind: 'noisy-job', fromMs: START + 90_000, toMs: START + 120_000 }],
    'replay',
  );
  const ledger = new Ledger();
  const alert: AlertSignal = {
    key: 'group/a',
    status: 'firing',
    name: 'HighErrorRatio',
    service: 'checkout',
    environment: 'staging',
    severity: 'critical',
    startsAt: new Date(START + 100_000).toISOString(),
    endsAt: undefined,
    summary: 'More than 5 % of requests fail',
    labels: { alertname: 'HighErrorRatio' },
    truncated: 0,
  };
  let state: Uint8Array | undefined;
  for (let sequence = 1; sequence <= 110; sequence++) {
    const line: ShardWork['logs'][number] = {
      id: String(sequence),
      at: new Date(START + sequence * 1000),
      severity: sequence === 105 ? 'error' : 'info',
      body: sequence === 105 ? 'pool exhausted' : 'order taken',
      labels: {},
    };
    const work = {
      ...shop.work([shop.batch(sequence)], { sequence: sequence - 1, state }),
      logs: sequence % 5 === 0 ? [line] : [],
      alerts: sequence === 100 ? [alert] : [],
    };
    const result = detectShard(work, ledger.config(new Date(START + 3_600_000)));
    state = result.state;
    ledger.commit(result);
  }
  return recordOf(ledger.transitions);
}

describe('replayIncident', () => {
  const record = trouble();

  it('recomputes anomalies of series, alerts and new log messages, and which incident each belongs to', async () => {
    const { ok, decisions } = await replayIncident(record, engines);
    expect(decisions.filter(({ match }) => !match)).toEqual([]);
    expect(ok).toBe(true);
    expect(new Set(record.anomalies.map(({ anomaly }) => anomaly.kind))).toEqual(
      new Set(['level', 'alert', 'new-template']),
    );
    const correlations = decisions.filter(({ what }) => what === 'correlation');
    expect(correlations.length).toBe(
      record.audit.filter(({ verb }) => verb === 'incident.open' || verb === 'anomaly.join').length,
    );
    expect(correlations.length).toBeGreaterThan(1);
  });

  it('names the changed input of an anomaly, and says when its inputs are gone', async () => {
    for (const kind of ['level', 'alert', 'new-template']) {
      const anomalies = record.anomalies.filter(({ anomaly }) => anomaly.kind === kind).slice(0, 1);
      const [first] = anomalies;
      const snapshot = Uint8Array.from(first?.snapshot ?? []);
      // The last byte of a series' record is the exponent of its newest value; of a signal's, a letter of its last text.
      const at = kind === 'level' ? snapshot.length - 1 : snapshot.length - 4;
      snapshot[at] = (snapshot[at] ?? 0) ^ 1;
      const changed = await replayIncident(
        { ...nothing, anomalies: anomalies.map(({ anomaly }) => ({ anomaly, snapshot })) },
        engines,
      );
      expect(changed).toMatchObject({
        ok: false,
        decisions: [{ what: 'anomaly', match: false, why: 'input "snapshot" is not the recorded one' }],
      });
      const gone = await replayIncident(
        { ...nothing, anomalies: anomalies.map(({ anomaly }) => ({ anomaly, snapshot: undefined })) },
        engines,
      );
      expect(gone.decisions[0]).toMatchObject({ match: false, why: 'its inputs are not stored' });
    }
  });

  it('says "engine differs" with both results for another detector, whatever comes out', async () => {
    const [first] = record.anomalies;
    if (first === undefined) throw new Error('no anomaly');
    const anomaly = { ...first.anomaly, decision: { ...first.anomaly.decision, version: '0' } };
    const { ok, decisions } = await replayIncident({ ...nothing, anomalies: [{ ...first, anomaly }] }, engines);
    expect(ok).toBe(false);
    expect(decisions).toMatchObject([
      { match: false, why: `engine differs (0 -> ${DETECTOR_VERSION})`, recorded: anomaly.decision.outputDigest },
    ]);
    expect(decisions[0]?.recomputed).toBe(anomaly.decision.outputDigest);
    const unreadable = new Uint8Array(first.snapshot ?? []);
    unreadable[0] = 1; // the format before
    const before = await replayIncident({ ...nothing, anomalies: [{ anomaly, snapshot: unreadable }] }, engines);
    expect(before).toMatchObject({ ok: false, decisions: [{ match: false, recomputed: '' }] });
    expect(before.decisions[0]?.why).toBe(
      `engine differs (0 -> ${DETECTOR_VERSION}): The snapshot is of another engine: replay it with the one that wrote it.`,
    );
  });

  it('finds a correlation whose recorded inputs lead elsewhere', async () => {
    const opened = record.audit.find(({ verb }) => verb === 'incident.open');
    const moved = JSON.parse(
      JSON.stringify(opened).replaceAll('"service":"checkout"', '"service":"orders"'),
    ) as AuditEntry;
    expect(await replayIncident({ ...nothing, audit: [moved] }, engines)).toMatchObject({
      ok: false,
      decisions: [{ what: 'correlation', match: false }],
    });
  });

  it('recomputes an anomaly that a forecast opened', async () => {
    const ticks = Array.from({ length: 315 }, (_, second) => second + 1);
    const timestampMs = ticks.map((second) => START + second * 1000);
    const demand = ticks.map((second) => (second > 300 ? 13 : 8) + (second % 3) * 0.1);
    const value = ticks.map((second) => (second > 300 ? 0.9 : 0.55) + (second % 3) * 0.01);
    value[3] = Number.NaN;
    const { anomaly, snapshot } = forecastService({
      workspaceId: 'default',
      service: 'checkout',
      environment: 'staging',
      source: 'sandbox',
      intervalMs: 1000,
      demand: { timestampMs, value: demand },
      saturation: { timestampMs, value },
      now: new Date(START + 315_000),
    });
    if (anomaly === undefined) throw new Error('nothing is heading up');
    expect(await replayIncident({ ...nothing, anomalies: [{ anomaly, snapshot }] }, engines)).toMatchObject({
      ok: true,
      decisions: [{ what: 'anomaly', match: true }],
    });
  });

  it('tells the story again from its record, names a changed input and notices a changed sentence', async () => {
    const { value: _value, ...story } = aStory();
    const evidence = evidenceOwed(aStory(), []).map((item, index) => ({ ...item, id: `E${index + 1}` })) as Evidence[];
    const inputs = storyRecord(valueInputs(), story, evidence);
    const told = { ...tell(inputs), inputs };
    const { incidentId } = told.narrative;
    const audit = [
      entry({
        verb: 'incident.narrative-written',
        subject: { kind: 'incident', id: incidentId },
        detail: { of: incidentId, inputDigests: { ...fieldDigests(inputs) }, outputDigest: storyDigest(told) },
      } as unknown as AuditDraft),
    ];
    expect(await replayIncident({ ...nothing, told, audit }, engines)).toMatchObject({
      ok: true,
      decisions: [{ stage: 'explainer', what: 'narrative', match: true }],
    });
    const fewer = { ...inputs, value: { ...inputs.value, actionTaken: false } };
    expect(
      (await replayIncident({ ...nothing, told: { ...told, inputs: fewer }, audit }, engines)).decisions,
    ).toMatchObject([{ match: false, why: 'input "value" is not the recorded one' }]);
    const older = { ...inputs, version: '1' };
    expect((await replayIncident({ ...nothing, told: { ...told, inputs: older } }, engines)).decisions).toMatchObject([
      { match: false, why: expect.stringMatching(/^engine differs \(1 -> /) },
    ]);
    const [first, ...rest] = told.narrative.sentences;
    if (first === undefined) throw new Error('no sentence');
    const narrative = { ...told.narrative, sentences: [{ ...first, text: `${first.text} Really.` }, ...rest] };
    expect(
      (await replayIncident({ ...nothing, told: { ...told, narrative }, audit }, engines)).decisions,
    ).toMatchObject([{ match: false, why: 'the stored narrative or value is not the recorded one' }]);
  });
});
