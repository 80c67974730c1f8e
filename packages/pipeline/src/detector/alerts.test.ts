import { Anomaly, type AlertSignal, type Incident } from '@autoops/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ledger } from './__fixtures__/shop-config.ts';
import { START } from './__fixtures__/shop.ts';
import { detectShard } from './detect-shard.ts';

const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

function alert(instance: string, change: Partial<AlertSignal> = {}): AlertSignal {
  return {
    key: `group/${instance}`,
    status: 'firing',
    name: 'HighErrorRatio',
    service: 'checkout',
    environment: 'staging',
    severity: 'critical',
    startsAt: at(0),
    endsAt: undefined,
    summary: 'More than 5 % of requests fail',
    labels: { alertname: 'HighErrorRatio', service: 'checkout', environment: 'staging', instance },
    truncated: 0,
    ...change,
  };
}
const ended = (instance: string): AlertSignal => alert(instance, { status: 'resolved', endsAt: at(60) });

/** Hands alerts over as the store would, one work after the other. */
function told(...works: readonly (readonly AlertSignal[])[]) {
  const ledger = new Ledger();
  const healed: string[] = [];
  works.forEach((alerts, index) => {
    const work = {
      workspaceId: 'default',
      shardId: 'staging-checkout',
      service: 'checkout',
      environment: 'staging',
      checkpoint: { sequence: 0, state: undefined },
      batches: [],
      series: [],
      logs: [],
      alerts,
    };
    const result = detectShard(work, ledger.config(new Date(START + 5_000 + index * 60_000)));
    ledger.commit(result);
    healed.push(...result.healed);
    // As the worker does: what is over closes by itself.
    for (const id of result.healed) {
      const incident = ledger.incidents.get(id) as Incident;
      ledger.incidents.set(id, {
        ...incident,
        state: 'closed',
        outcome: 'self-healed',
        closedAt: at(index * 60),
        version: incident.version + 1,
      });
    }
  });
  return { ledger, healed };
}

const summary = ({ ledger, healed }: ReturnType<typeof told>) => ({
  incidents: [...ledger.incidents.keys()],
  anomalies: [...ledger.anomalies.values()]
    .map(({ id, incidentId, closedAt }) => ({ id, incidentId, closedAt }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  healed,
});

describe('alerts', () => {
  it('of one service make one incident, however many they are and however often they are told', () => {
    const { ledger, healed } = told([alert('a'), alert('b'), alert('c')], [alert('b'), alert('a')]);
    expect([...ledger.incidents.values()]).toMatchObject([
      {
        service: 'checkout',
        environment: 'staging',
        kind: 'alert',
        severity: 'critical',
        title: 'HighErrorRatio fires for checkout',
      },
    ]);
    expect(ledger.anomalies.size).toBe(3);
    for (const anomaly of ledger.anomalies.values()) expect(Anomaly.parse(anomaly)).toEqual(anomaly);
    expect(healed).toEqual([]);
  });

  it('end with their resolution, and the incident heals when the last has ended', () => {
    expect(told([alert('a'), alert('b')], [ended('a')]).healed).toEqual([]);
    const { ledger, healed } = told([alert('a'), alert('b')], [ended('a')], [ended('b')]);
    expect(healed).toEqual([...ledger.incidents.keys()]);
    expect([...ledger.anomalies.values()].map(({ closedAt }) => closedAt)).toEqual([at(60), at(60)]);
  });

  it('come to the same, whatever is heard first and when only the end is heard', () => {
    expect(summary(told([ended('a'), ended('b')]))).toEqual(summary(told([ended('b'), ended('a')])));
    const late = summary(told([ended('a')]));
    const usual = summary(told([alert('a')], [ended('a')]));
    expect(late).toEqual(usual);
  });

  it('make the same incidents whichever is heard first, then whichever ends first, cut in any works, told any number of times', () => {
    const signals = ['a', 'b', 'c', 'd'].flatMap((instance, place) => {
      const startsAt = at(place * 3);
      const firing = alert(instance, { startsAt });
      return place === 3 ? [firing] : [firing, { ...firing, status: 'resolved' as const, endsAt: at(70 + place) }];
    });
    const came = (works: readonly (readonly AlertSignal[])[]) => {
      const { ledger } = told(...works);
      return {
        anomalies: [...ledger.anomalies.values()].map(({ id, closedAt }) => `${id} ${closedAt}`).toSorted(byText),
        // Which of them opened an incident depends on who came first; which belong together does not.
        together: [...ledger.incidents.keys()]
          .map((incident) =>
            [...ledger.anomalies.values()]
              .filter(({ incidentId }) => incidentId === incident)
              .map(({ id }) => id)
              .toSorted(byText)
              .join(' '),
          )
          .toSorted(byText),
        of: [...ledger.incidents.values()].map(({ service, environment, kind, severity }) => ({
          service,
          environment,
          kind,
          severity,
        })),
      };
    };
    const reference = came([signals]);
    expect(reference.together).toHaveLength(1);
    const [firing, ends] = [
      signals.filter(({ status }) => status === 'firing'),
      signals.filter(({ status }) => status !== 'firing'),
    ];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(firing, { minLength: firing.length }),
        fc.shuffledSubarray(ends, { minLength: ends.length }),
        fc.array(fc.constantFrom(...firing), { maxLength: 6 }),
        fc.array(fc.constantFrom(...signals), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 8 }),
        (begun, ended, repeated, late, sizes) => {
          const arrived = [...begun, ...repeated, ...ended, ...late];
          const works: AlertSignal[][] = [];
          for (let from = 0, turn = 0; from < arrived.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            works.push(onlyNews(arrived.slice(from, from + size), works.flat()));
            from += size;
          }
          expect(came(works)).toEqual(reference);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('make one incident when they overlap, whichever is heard first, also when the end of one is heard before the beginning of the other', () => {
    const spans: readonly (readonly [string, number, number | undefined])[] = [
      ['a', -90, -30],
      ['b', -60, 0],
      ['c', -40, undefined],
    ];
    const signals = spans.flatMap(([instance, from, to]) => {
      const firing = alert(instance, { startsAt: at(from) });
      return to === undefined ? [firing] : [firing, { ...firing, status: 'resolved' as const, endsAt: at(to) }];
    });
    fc.assert(
      fc.property(fc.shuffledSubarray(signals, { minLength: signals.length }), (arrived) => {
        const works: AlertSignal[][] = [];
        for (const one of arrived) works.push(onlyNews([one], works.flat()));
        const { ledger } = told(...works);
        expect(ledger.incidents.size).toBe(1);
        const [incident] = ledger.incidents.values();
        expect([...ledger.anomalies.values()].map(({ incidentId }) => incidentId)).toEqual(Array(3).fill(incident?.id));
        // One of them still fires.
        expect(incident?.outcome).toBeUndefined();
        expect(incident?.state).not.toBe('closed');
      }),
      { numRuns: 60 },
    );
  });

  it('leave an incident closed that ended by itself when the late one is over too, and make another where nothing overlaps', () => {
    const over = alert('b', { status: 'resolved', startsAt: at(30), endsAt: at(50) });
    const both = told([ended('a')], [over]);
    expect([...both.ledger.incidents.values()]).toMatchObject([{ state: 'closed', outcome: 'self-healed' }]);
    expect(new Set([...both.ledger.anomalies.values()].map(({ incidentId }) => incidentId)).size).toBe(1);
    const apart = told([ended('a')], [alert('b', { startsAt: at(61) })]);
    expect([...apart.ledger.incidents.values()].map(({ state }) => state)).toEqual(['closed', 'detected']);
  });
});

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** What the store hands on of alerts that came: each once, and again only when it ends; of two in one work the end stands. */
function onlyNews(arrived: readonly AlertSignal[], before: readonly AlertSignal[]): AlertSignal[] {
  const news = new Map<string, AlertSignal>();
  for (const one of arrived) {
    const known = [...before, ...news.values()].filter(({ key }) => key === one.key);
    if (known.some(({ status }) => status === 'resolved' || status === one.status)) continue;
    news.set(one.key, one);
  }
  return [...news.values()];
}
