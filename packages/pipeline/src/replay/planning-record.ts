import type { Action, PolicyVerdict, Target, ToolClass } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import {
  forcedPlan,
  PLANNER_VERSION,
  proposePlan,
  type ForcedRunbook,
  type PlanningFacts,
  type PlanningPorts,
  type ProposeOutcome,
} from '../planner/index.ts';
import type { TargetConnector } from '../ports/target-connector.ts';

type DryRunAnswer = Awaited<ReturnType<TargetConnector['dryRun']>>;

/** Everything that a plan was made from, as JSON: the facts, and what policy, tools and the id generator answered while planning. */
export interface PlanningRecord {
  readonly version: string;
  readonly facts: unknown;
  readonly now: string;
  readonly forced: readonly ForcedRunbook[];
  readonly verdicts: Readonly<Record<string, PolicyVerdict>>;
  readonly dryRuns: Readonly<Record<string, DryRunAnswer>>;
  readonly classes: Readonly<Record<string, ToolClass>>;
  readonly ids: readonly string[];
  readonly callMs: number;
}

const NOT_A_NUMBER = 'NaN';
const DATE = '$date';

/** JSON with NaN (a gap of an indicator) and dates written so that `revive` gives them back. */
function dehydrate(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) ? value : { $number: Number.isNaN(value) ? NOT_A_NUMBER : String(value) };
  if (value instanceof Date) return { [DATE]: value.toISOString() };
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : dehydrate(item)));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, dehydrate(item)]])),
    );
  }
  return value;
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  if ('$number' in value) return Number(value.$number);
  if (DATE in value) return new Date(String(value[DATE]));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(item)]));
}

const dryRunKey = (tool: string, target: Target, action: Action): string => digestOf({ tool, target, action });
const classKey = (tool: string, action: Action): string => digestOf({ tool, action });

/** Wraps planning ports so that all they answer is kept; `record` gives it as JSON once the plan is made. */
export function recordPlanning(
  facts: PlanningFacts,
  now: Date,
  ports: PlanningPorts,
  forced: readonly ForcedRunbook[] = [],
): { readonly ports: PlanningPorts; record(): PlanningRecord } {
  const verdicts: Record<string, PolicyVerdict> = {};
  const dryRuns: Record<string, DryRunAnswer> = {};
  const classes: Record<string, ToolClass> = {};
  const ids: string[] = [];
  return {
    ports: {
      callMs: ports.callMs,
      ids: {
        uuid: () => {
          const id = ports.ids.uuid();
          ids.push(id);
          return id;
        },
      },
      judge: async (candidate) => {
        const verdict = await ports.judge(candidate);
        verdicts[candidate.hash] = verdict;
        return verdict;
      },
      tool: (name) => {
        const tool = ports.tool(name);
        return {
          classOf: (action) => (classes[classKey(name, action)] = tool.classOf(action)),
          dryRun: async (request) => {
            const answer = await tool.dryRun(request);
            dryRuns[dryRunKey(name, request.target, request.action)] = answer;
            return answer;
          },
        };
      },
    },
    record: () => ({
      version: PLANNER_VERSION,
      facts: dehydrate(facts),
      now: now.toISOString(),
      forced,
      verdicts: dehydrate(verdicts) as Record<string, PolicyVerdict>,
      dryRuns: dehydrate(dryRuns) as Record<string, DryRunAnswer>,
      classes,
      ids,
      callMs: ports.callMs,
    }),
  };
}

/** A question that the recorded planning never asked: the planner decides otherwise now. */
export class UnrecordedQuestion extends Error {
  constructor(what: string) {
    super(`The planner asked for ${what}, which the recorded planning did not.`);
    this.name = 'UnrecordedQuestion';
  }
}

/** Makes the plan again from its record alone: no policy engine, no tool, no clock. Throws `UnrecordedQuestion` when it asks for more. */
export async function replayPlanning(record: PlanningRecord): Promise<ProposeOutcome> {
  const facts = revive(record.facts) as PlanningFacts;
  const ids = record.ids[Symbol.iterator]();
  const answer = <T>(answers: Readonly<Record<string, T>>, key: string, what: string): T => {
    const found = answers[key];
    if (found === undefined) throw new UnrecordedQuestion(what);
    return found;
  };
  const ports: PlanningPorts = {
    callMs: record.callMs,
    ids: {
      uuid: () => {
        const next = ids.next();
        if (next.done) throw new UnrecordedQuestion('another id');
        return next.value;
      },
    },
    judge: async (candidate) => answer(record.verdicts, candidate.hash, `a verdict on ${candidate.title}`),
    tool: (name) => ({
      classOf: (action) => answer(record.classes, classKey(name, action), `the class of ${action.kind}`),
      dryRun: async (request) =>
        answer(record.dryRuns, dryRunKey(name, request.target, request.action), `a dry run of ${request.action.kind}`),
    }),
  };
  return record.forced.length > 0
    ? forcedPlan(record.forced, facts, new Date(record.now), ports)
    : proposePlan(facts, new Date(record.now), ports);
}

/** What of a plan is a decision, as a digest: its steps, verification, hash and the reasons against the others. */
export function planDigest(
  outcome: Pick<ProposeOutcome, 'kind' | 'reason' | 'rejected'> & { readonly value?: unknown },
): string {
  const plan = outcome.value as
    | { hash?: string; steps?: unknown; verification?: unknown; prechecks?: unknown }
    | undefined;
  return digestOf(
    dehydrate({
      kind: outcome.kind,
      reason: outcome.reason,
      hash: plan?.hash,
      steps: plan?.steps,
      verification: plan?.verification,
      rejected: outcome.rejected,
    }),
  );
}
