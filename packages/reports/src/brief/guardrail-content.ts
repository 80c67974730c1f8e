import { ruleText } from '@autoops/charts';
import type { BriefInput } from './brief-input.ts';
import { at, figure } from './said.ts';
import { SAID } from './said-by-rules.ts';
import type { Cell, Section } from './section.ts';
import { standingDecision, standingPlan } from './standing-decision.ts';
import { table, time } from './table-block.ts';

/** Rules that decided, each with its reason, and how many others agree. */
function ruleRows(input: BriefInput): readonly (readonly Cell[])[] {
  const place = standingDecision(input);
  const verdict = input.decisions[place]?.verdict;
  if (verdict === undefined) return [];
  const { rules, ruleIds } = verdict;
  const deciding = ruleIds.length < rules.length ? rules.filter(({ ruleId }) => ruleIds.includes(ruleId)) : [];
  const agree = rules.some((rule) => rule.effect === 'allow' && !deciding.includes(rule));
  const rulesAt = at('policyDecisions', place, 'verdict', 'rules');
  return [
    ...deciding.map((rule) => [
      [`Rule: ${rule.title}`],
      [SAID[rule.effect]],
      [figure(ruleText(rule), `${rulesAt}/${rules.indexOf(rule)}`)],
    ]),
    ...(agree
      ? [[[deciding.length > 0 ? 'Every other rule' : 'Every rule'], [SAID.allow], ['each is in the appendix']]]
      : []),
  ];
}

const APPROVALS: Readonly<Record<string, string>> = {
  waiting: 'not given yet',
  expired: 'nobody decided',
  void: 'not given',
};

function approvalRows({ approvals }: BriefInput): readonly (readonly Cell[])[] {
  return approvals.flatMap((approval, index): readonly (readonly Cell[])[] =>
    approval.decisions.length === 0
      ? [
          [
            ['Approval'],
            [APPROVALS[approval.state] ?? approval.state],
            [
              'asked for at ',
              ...time(approval.createdAt, 'approvals', index, 'createdAt'),
              ', to be decided by ',
              ...time(approval.expiresAt, 'approvals', index, 'expiresAt'),
              ' UTC',
            ],
          ],
        ]
      : approval.decisions.map((item, turn) => [
          ['Approval'],
          [item.decision === 'approve' ? 'given' : 'refused'],
          [
            `${item.actor.id}, `,
            ...time(item.at, 'approvals', index, 'decisions', turn, 'at'),
            ' UTC',
            ...(item.reason === ''
              ? []
              : [': ', figure(item.reason, at('approvals', index, 'decisions', turn, 'reason'))]),
            ...(approval.state === 'void' ? ['; no longer valid when the plan was to start'] : []),
          ],
        ]),
  );
}

/** What was looked at before the plan was judged: all that held as one row, each that did not with its fact. */
function precheckRows(input: BriefInput): readonly (readonly Cell[])[] {
  const plan = standingPlan(input);
  const checks = (input.plans[plan]?.prechecks ?? []).map((check, index) => ({
    check,
    place: at('plans', plan, 'prechecks', index),
  }));
  const passed = checks.filter(({ check }) => check.passed);
  return [
    ...(passed.length === 0
      ? []
      : [
          [
            ['Prechecks'],
            ['passed'],
            passed.flatMap(({ check, place }, turn) => [
              ...(turn > 0 ? ['. '] : []),
              figure(check.title, `${place}/title`),
            ]),
          ],
        ]),
    ...checks
      .filter(({ check }) => !check.passed)
      .map(({ check, place }) => [
        ['Precheck'],
        ['failed'],
        [figure(check.title, `${place}/title`), ': ', figure(check.fact, `${place}/fact`)],
      ]),
  ];
}

function tokenRows({ runs }: BriefInput): readonly (readonly Cell[])[] {
  const run = runs.at(-1);
  const token = run?.rollbackToken;
  if (run === undefined || token === undefined) return [];
  if (token.state !== 'valid')
    return [
      [
        ['Rollback token'],
        [run.state === 'rolled-back' ? 'no longer needed' : 'no longer valid'],
        [run.state === 'rolled-back' ? 'all of it was undone' : 'what was done can no longer be undone by it'],
      ],
    ];
  return [
    [
      ['Rollback token'],
      ['valid'],
      [
        'all of it can be undone until ',
        figure(
          token.expiresAt.slice(0, 16).replace('T', ' '),
          at('runs', runs.length - 1, 'rollbackToken', 'expiresAt'),
        ),
        ' UTC',
      ],
    ],
  ];
}

/** Why it was allowed or not: rules, approvals, prechecks, and the way back. */
export function guardrailSection(input: BriefInput): Section {
  return {
    title: 'Guardrails: why it was allowed, or not',
    blocks: [
      table(
        [
          { title: 'Guardrail', share: 0.26 },
          { title: 'Result', share: 0.17 },
          { title: 'Reason', share: 0.57 },
        ],
        [...ruleRows(input), ...approvalRows(input), ...precheckRows(input), ...tokenRows(input)],
        'No plan was judged.',
      ),
    ],
  };
}
