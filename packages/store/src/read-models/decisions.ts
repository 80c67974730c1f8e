import { incidentName, type DecisionRow, type Page, type PolicyDecision, type RuleRecord } from '@autoops/contracts';
import { isUuid, row, rows, type Transaction } from '../database.ts';
import { Conditions, selectPage, type PageQuery } from './page.ts';
import { present } from './services.ts';

/** What narrows the decision log. `rule` is a rule that decided, by id. */
export interface DecisionQuery extends PageQuery {
  readonly environment?: string | undefined;
  readonly effect?: string | undefined;
  readonly rule?: string | undefined;
}

interface StoredDecision {
  readonly doc: PolicyDecision;
  readonly number: number | null;
  readonly service: string | null;
}

const FROM = `decisions d left join plans p on p.workspace_id = d.workspace_id and p.id = d.plan_id
  left join incidents i on i.workspace_id = p.workspace_id and i.id = p.incident_id`;
/** Without the input, which is by far the largest part; one decision is read with it. */
const COLUMNS = "d.doc - 'input' as doc, d.created_at, d.id, i.number, i.service";

/** The decision log, newest first. */
export function selectDecisions(
  transaction: Transaction,
  workspaceId: string,
  query: DecisionQuery,
): Promise<Page<DecisionRow>> {
  const { conditions, values } = new Conditions()
    .add('d.environment = ?', query.environment)
    .add('d.environment = any (?)', query.environments)
    .add("d.doc #>> '{verdict,effect}' = ?", query.effect)
    .add("d.doc #> '{verdict,ruleIds}' @> to_jsonb(?::text)", query.rule)
    .parts();
  return selectPage<StoredDecision, DecisionRow>(
    transaction,
    {
      list: 'decisions',
      workspaceId,
      first: 'd.created_at',
      firstType: 'timestamptz',
      second: 'd.id',
      secondType: 'uuid',
    },
    query,
    { columns: COLUMNS, from: FROM, conditions, values },
    rowOf,
  );
}

/** One decision with the input it was made from; undefined when there is none. */
export async function selectDecision(transaction: Transaction, id: string): Promise<PolicyDecision | undefined> {
  if (!isUuid(id)) return undefined;
  return (await row<{ doc: PolicyDecision }>(transaction, 'select doc from decisions where id = $1', [id]))?.doc;
}

/** Over this many days the rules' record is counted. */
const DAYS = 7;

/** How often each rule asked for approval, denied, or would have in shadow mode, over the last 7 days. What-ifs are left out. */
export async function selectRuleRecords(transaction: Transaction): Promise<readonly RuleRecord[]> {
  return rows<RuleRecord>(
    transaction,
    `with judged as (select doc -> 'verdict' as verdict from decisions
       where created_at > now() - interval '${DAYS} days' and doc ->> 'phase' <> 'what-if'),
     said as (
       select rule ->> 'ruleId' as "ruleId", rule ->> 'effect' as effect, false as shadow from judged, jsonb_array_elements(verdict -> 'rules') rule
       union all
       select rule ->> 'ruleId', rule ->> 'effect', true from judged, jsonb_array_elements(coalesce(verdict -> 'shadowed', '[]')) rule)
     select "ruleId", count(*) filter (where not shadow)::integer as judged,
       count(*) filter (where not shadow and effect = 'require-approval')::integer as "requireApproval",
       count(*) filter (where not shadow and effect = 'deny')::integer as denied,
       count(*) filter (where shadow and effect <> 'allow')::integer as shadowed
     from said group by 1 order by 1`,
  );
}

function rowOf({ doc, number, service }: StoredDecision): DecisionRow {
  const { verdict } = doc;
  const deciding = verdict.rules.filter((rule) => verdict.ruleIds.includes(rule.ruleId));
  return {
    id: doc.id,
    planId: doc.planId,
    environment: doc.environment,
    phase: doc.phase,
    effect: verdict.effect,
    ruleIds: verdict.ruleIds,
    facts: verdict.effect === 'allow' ? [] : deciding.map((rule) => rule.fact),
    toBeAllowed: verdict.toBeAllowed,
    shadowed: verdict.shadowed.filter((rule) => rule.effect !== 'allow').map((rule) => rule.ruleId),
    bundleDigest: doc.bundleDigest,
    inputDigest: doc.inputDigest,
    decidedAt: doc.decidedAt,
    durationMicros: doc.durationMicros,
    ...present('incident', number === null ? undefined : incidentName(number)),
    ...present('service', service ?? undefined),
  };
}
