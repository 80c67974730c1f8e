import type { EvaluateResponse, RuleDecision, ServiceResource, TimelineEntry } from '@autoops/contracts';
import { ROUTES } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { calls, curlOf } from './api/actions.ts';
import { withQuery } from './api/client.ts';
import { evaluationTitle, matrixRows } from './evaluate/matrix.ts';
import { worstOf } from './incident/detected-card.tsx';
import { foldAnomalies, timelineRows } from './incident/timeline.ts';
import { affectedBy } from './live/invalidate.ts';
import { EVENT_TYPES } from './live/stream.ts';
import { blocksFor, lineAsked, matchQueries } from './run/log-window.ts';
import { rollbackRefusal } from './run/run-page.tsx';
import { matchCommands } from './shell/commands.ts';
import { keptSearch } from './shell/url-state.ts';
import { statusLook } from './status/statuses.ts';
import { splitHeld } from './table/held.ts';
import { sortRows } from './table/sort.ts';
import { pastText } from './words/plan-words.ts';
import { stateSentence, worklist, type WorkItem } from './now/worklist.ts';

const rule = (ruleId: string, effect: RuleDecision['effect'], fact: string): RuleDecision => ({
  ruleId,
  title: ruleId,
  effect,
  fact,
  toggle: 'on',
  stepIndexes: [],
});
const column = (
  environment: string,
  effect: RuleDecision['effect'],
  rules: RuleDecision[],
  required = 0,
): EvaluateResponse['environments'][number] => ({
  environment,
  own: environment === 'prod',
  decisionId: '00000000-0000-4000-8000-000000000003',
  autonomy: 'suggest',
  input: {},
  verdict: {
    effect,
    ruleIds: ['x'],
    rules,
    steps: [],
    facts: [],
    constraints: [],
    toBeAllowed: [],
    approvals: { required, given: 0, role: 'approver' },
    shadowed: [],
  },
});

describe('evaluate', () => {
  const environments = [
    column('staging', 'allow', [rule('budget', 'allow', '3 of 40'), rule('replica-cap', 'allow', '6 ≤ 20')]),
    column(
      'prod',
      'require-approval',
      [rule('budget', 'allow', '3 of 40'), rule('replica-cap', 'require-approval', '6 > 5')],
      1,
    ),
  ];
  it('puts rules that differ first and joins columns that say the same', () => {
    const rows = matrixRows({ environments, differing: ['replica-cap'] });
    expect(rows.map((row) => [row.ruleId, row.differs, row.same])).toEqual([
      ['replica-cap', true, false],
      ['budget', false, true],
    ]);
  });
  it('marks a rule that allows with a limit, and puts it before those that only allow', () => {
    const limited = (given: EvaluateResponse['environments'][number]) => ({
      ...given,
      verdict: {
        ...given.verdict,
        constraints: [{ kind: 'ttl' as const, stepIndex: 0, value: 900, ruleId: 'time-to-live' }],
      },
    });
    const rules = [rule('budget', 'allow', '3 of 40'), rule('time-to-live', 'allow', 'ends by itself')];
    const rows = matrixRows({
      environments: [limited(column('prod', 'allow', rules)), limited(column('staging', 'allow', rules))],
      differing: [],
    });
    expect(rows.map((row) => [row.ruleId, row.same, row.limits])).toEqual([
      ['time-to-live', true, [true, true]],
      ['budget', true, [false, false]],
    ]);
  });
  it('says the outcome in one line', () => {
    expect(evaluationTitle(1, environments)).toBe('Plan v1 may run in staging; in prod it needs one approval');
    expect(evaluationTitle(2, [column('prod', 'deny', [])])).toBe('Plan v2 may not run in prod');
    expect(evaluationTitle(3, [column('prod', 'deny', [])], pastText({ state: 'executed' }))).toBe(
      'Plan v3 was started; judged again now: may not run in prod',
    );
    expect(evaluationTitle(4, environments.slice(1))).toBe('Plan v4: in prod it needs one approval');
  });
});

describe('verdicts fail closed', () => {
  it('shows no verdict as denied', () => {
    expect(statusLook('verdict', undefined)).toMatchObject({ word: 'Denied: no decision', tone: 'deny' });
    expect(statusLook('verdict', 'probably').tone).toBe('deny');
  });
});

describe('timeline', () => {
  const entry = (seq: number, at: string, importance = 2): TimelineEntry => ({
    seq,
    auditId: String(seq),
    at,
    lane: 'signal',
    importance,
    actor: { kind: 'system', id: 'detector' },
    text: String(seq),
    evidence: [],
  });
  it('folds silences and counts what a filter hides in them', () => {
    const rows = timelineRows(
      [entry(1, '2026-01-15T14:00:00Z'), entry(2, '2026-01-15T14:03:00Z', 1), entry(3, '2026-01-15T14:06:00Z')],
      2,
      '',
    );
    expect(rows.map((row) => (row.kind === 'quiet' ? row.text : row.entry.seq))).toEqual([
      3,
      '6 min quiet · 1 minor entry',
      1,
    ]);
  });
  it('tells anomalies that join one after the other in one line that opens', () => {
    const joins = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...entry(from + index, `2026-01-15T14:00:${String(from + index).padStart(2, '0')}Z`),
        reason: 'anomaly-joined' as const,
      }));
    const rows = timelineRows(
      [entry(1, '2026-01-15T14:00:01Z'), ...joins(2, 5), entry(7, '2026-01-15T14:00:07Z'), ...joins(8, 3)],
      1,
      '',
    );
    const shown = (opened: ReadonlySet<string>) =>
      foldAnomalies(rows, opened).map((row) => (row.kind === 'entry' ? row.entry.seq : row.key));
    expect(shown(new Set())).toEqual([10, 9, 8, 7, 'anomaly-joined-2', 1]);
    expect(shown(new Set(['anomaly-joined-2']))).toEqual([10, 9, 8, 7, 'anomaly-joined-2', 6, 5, 4, 3, 2, 1]);
    expect(foldAnomalies(rows, new Set()).find((row) => row.kind === 'folded')).toMatchObject({
      count: 5,
      open: false,
    });
  });
  it('tells minor ends of anomalies in one line too, and a turn of the incident by itself', () => {
    const ended = (seq: number, importance: number) => ({
      ...entry(seq, `2026-01-15T14:00:${String(seq).padStart(2, '0')}Z`, importance),
      reason: 'anomaly-ended' as const,
    });
    const rows = timelineRows([...[1, 2, 3, 4].map((seq) => ended(seq, 1)), ended(5, 2), ended(6, 1)], 1, '');
    expect(foldAnomalies(rows, new Set()).map((row) => (row.kind === 'entry' ? row.entry.seq : row.key))).toEqual([
      6,
      5,
      'anomaly-ended-1',
    ]);
  });
});

describe('a closed anomaly', () => {
  it('is told by its worst value, not by the last', () => {
    const at = (second: number): number => Date.parse('2026-01-15T14:00:00Z') + second * 1000;
    const points = [
      { at: at(0), value: 0.9 },
      { at: at(10), value: 0.74 },
      { at: at(20), value: null },
    ];
    const open = { observed: 0.01, direction: 'up' as const, openedAt: '2026-01-15T14:00:05Z' };
    expect(worstOf({ ...open, closedAt: '2026-01-15T14:00:30Z' }, points)).toBe(0.74);
    expect(worstOf(open, points)).toBe(0.01);
  });
});

describe('lists', () => {
  it('sorts unknown values last in both directions', () => {
    const columns = [{ key: 'n', sortBy: (row: { n: number | null }) => row.n }];
    expect(sortRows([{ n: null }, { n: 2 }, { n: 10 }], columns, '-n').map((row) => row.n)).toEqual([10, 2, null]);
    expect(sortRows([{ n: null }, { n: 2 }, { n: 10 }], columns, 'n').map((row) => row.n)).toEqual([2, 10, null]);
  });
  it('holds new rows back while somebody reads further down', () => {
    const idOf = (row: string): string => row;
    expect(splitHeld(['new', 'a', 'b'], idOf, new Set(['a', 'b']), false)).toEqual({ visible: ['a', 'b'], waiting: 1 });
    expect(splitHeld(['new', 'a'], idOf, new Set(['a']), true).waiting).toBe(0);
  });
});

describe('log', () => {
  it('asks only for the blocks on the screen', () => {
    expect(blocksFor(1, 40)).toEqual([1]);
    expect(blocksFor(990, 1010)).toEqual([501, 1001]);
  });
  it('asks for the next match in the whole log, then around the end', () => {
    expect(matchQueries(9, 1)).toEqual([{ from: 10 }, {}]);
    expect(matchQueries(9, -1)).toEqual([{ until: 8, order: 'newest' }, { order: 'newest' }]);
    expect(matchQueries(0, -1)).toEqual([{ order: 'newest' }]);
  });
  it('goes to the line that a colon asks for', () => {
    expect([':900000', ' :7', ':0', '7', 'at :7'].map(lineAsked)).toEqual([
      900_000,
      7,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('rollback', () => {
  const now = new Date('2026-01-15T14:00:00Z');
  const token = {
    id: '00000000-0000-4000-8000-000000000004',
    state: 'valid' as const,
    reversible: true,
    issuedAt: '2026-01-15T13:00:00Z',
    expiresAt: '2026-01-16T13:00:00Z',
    keyId: 'k',
  };
  it('is offered only with a valid token', () => {
    expect(rollbackRefusal({ state: 'succeeded', steps: [], rollbackToken: token }, now)).toBeUndefined();
    expect(
      rollbackRefusal({ state: 'succeeded', steps: [], rollbackToken: { ...token, state: 'used' } }, now),
    ).toContain('works once');
    expect(
      rollbackRefusal(
        { state: 'succeeded', steps: [], rollbackToken: { ...token, expiresAt: '2026-01-15T13:30:00Z' } },
        now,
      ),
    ).toContain('expired');
    expect(rollbackRefusal({ state: 'running', steps: [] }, now)).toContain('no rollback token yet');
    expect(rollbackRefusal({ state: 'aborted', steps: [] }, now)).toContain('nothing to roll back');
  });
});

describe('live', () => {
  it('makes something old for every event', () => {
    for (const type of EVENT_TYPES) expect(affectedBy({ type }).length).toBeGreaterThan(0);
  });
});

describe('actions', () => {
  const plan = { id: 'p1', hash: 'h'.repeat(64) };
  it('all have a route in the contract', () => {
    const made = [
      calls.execute(plan),
      calls.evaluate('p1'),
      calls.dryRun('p1'),
      calls.approve({ id: 'a', planHash: 'h' }, ''),
      calls.reject({ id: 'a', planHash: 'h' }, 'no'),
      calls.rollback({ id: 'r' }),
      calls.pause('r', true),
      calls.abort('r'),
      calls.acknowledge('i'),
      calls.assign('i', 'me'),
      calls.close('i', 'x'),
      calls.merge('i', 'j'),
      calls.replan('i'),
      calls.replay('i'),
      calls.control('workspace', 'freeze', 'x'),
      calls.toggle('t', 'prod', 'off', 'x'),
      calls.createToken({ role: 'viewer', name: 'ci' }),
      calls.revokeToken('t'),
      calls.createChannel('on-call', 'https://example.org'),
      calls.testChannel('c'),
      calls.disableChannel('c'),
      calls.redeliver('d'),
      calls.validateRunbook('kind: Runbook'),
      calls.verifyAudit(),
      calls.breakDemo('noisy-job', 'staging'),
      calls.resetDemo(),
      calls.login('u'),
      calls.logout(),
    ];
    for (const call of made) {
      const pattern = ROUTES.find(
        (route) =>
          route.method === call.method &&
          new RegExp(`^${route.path.replaceAll(/:[a-z]+/gi, '[^/]+')}$`).test(call.path),
      );
      expect(pattern, `${call.method} ${call.path}`).toBeDefined();
    }
  });
  it('become curl commands that a quote cannot break out of', () => {
    const text = curlOf(calls.reject({ id: 'a', planHash: 'h' }, "it's bad"), 'http://127.0.0.1:8080', 'k');
    expect(text).toContain(String.raw`it'\''s bad`);
    expect(text).toContain('If-Match: "h"');
    expect(text).not.toContain('cookie');
  });
});

describe('urls', () => {
  it('leave undefined filters out', () => {
    expect(withQuery('/x', { a: undefined, b: '', c: 1 })).toBe('/x?c=1');
  });
  it('keep environment and range from screen to screen, nothing else', () => {
    expect(keptSearch(new URLSearchParams('env=prod&q=abc&range=3h'))).toBe('?env=prod&range=3h');
  });
});

describe('palette', () => {
  it('finds all words in any order', () => {
    const commands = ['Break the noisy job in prod', 'Now'].map((label) => ({
      group: 'Demo',
      label,
      run: () => undefined,
    }));
    expect(matchCommands(commands, 'prod noisy').map((command) => command.label)).toEqual([
      'Break the noisy job in prod',
    ]);
  });
});

describe('now', () => {
  it('says so when nothing needs anybody', () => {
    expect(stateSentence(worklist([], [], [], []), [])).toBe('No service is known yet.');
  });
  it('claims nothing of a service that is not known well enough', () => {
    const services = (...states: ServiceResource['state'][]) =>
      states.map(
        (state, index) =>
          ({
            state,
            service: `s${index}`,
            environment: 'prod',
            newestAt: '2026-01-15T14:00:00.000Z',
          }) as ServiceResource,
      );
    expect(stateSentence([], services('healthy', 'healthy'))).toContain('All services are inside their budgets');
    expect(stateSentence([], services('learning', 'learning', 'healthy'))).toBe(
      'Nothing needs you; 2 services are still being learned.',
    );
    expect(stateSentence([], services('healthy', 'no-data'))).toBe('Nothing needs you; 1 service sends nothing.');
    const silent = services('no-data', 'no-data').map(({ newestAt: _newestAt, ...service }) => service);
    expect(stateSentence([], silent)).toBe('Waiting for the first samples of 2 services.');
    expect(stateSentence([], [...services('healthy'), ...silent])).toBe(
      'Nothing needs you; 2 services have sent nothing yet.',
    );
  });
  it('names the services that no row below names', () => {
    const services = (states: readonly ServiceResource['state'][], environments = ['prod']) =>
      states.map(
        (state, index) =>
          ({
            state,
            service: `s${index}`,
            environment: environments[index % environments.length],
          }) as ServiceResource,
      );
    expect(stateSentence([], services(['healthy', 'at-risk']))).toBe('Nothing needs you; s1 is at risk.');
    expect(stateSentence([], services(['degraded', 'at-risk', 'at-risk'], ['prod', 'staging']))).toBe(
      'Nothing needs you; s0 in prod is degraded; s1 in staging and s2 in prod are at risk.',
    );
    expect(stateSentence([], services(['at-risk', 'at-risk', 'at-risk', 'at-risk']))).toBe(
      'Nothing needs you; 4 services are at risk.',
    );
    const items = [{ kind: 'approval' }, { kind: 'run' }] as WorkItem[];
    expect(stateSentence(items, services(['degraded', 'at-risk', 'at-risk'], ['prod', 'staging']))).toBe(
      '1 plan waits for a person, 1 run is in progress; 1 service is degraded; 2 services are at risk.',
    );
  });
});
