/** What a policy rule found, as far as a sentence needs it. */
export interface RuleFinding {
  readonly ruleId: string;
  readonly fact: string;
}

type Saying = readonly [pattern: RegExp, say: (...parts: readonly string[]) => string];

/** A scope of a freeze: `environment:prod`, `runbook:scale-replicas`, `workspace`. */
const scopeText = (scope: string): string =>
  scope
    .replace(/^environment:/u, '')
    .replace(/^workspace$/u, 'the whole workspace')
    .replace(':', ' ');

/** Facts that the rules state in their own shorthand (policies/remediation/rules), and how a manager would say them. */
const SAYINGS: Readonly<Record<string, readonly Saying[]>> = {
  'replica-cap': [
    [
      /^(\d+) > (\d+) replicas without approval$/u,
      (wanted, limit) => `more than ${limit} replicas need a person\u2019s approval; this plan wants ${wanted}`,
    ],
    [
      /^(\d+) > (\d+) replicas, the most that may run$/u,
      (wanted, limit) => `at most ${limit} replicas may run; this plan wants ${wanted}`,
    ],
    [
      /^(\d+) \u2264 (\d+) replicas$/u,
      (wanted, limit) => `up to ${limit} replicas need no approval; this plan wants ${wanted}`,
    ],
  ],
  'approval-required': [
    [
      /^(\w+) risk needs no approval in (.+)$/u,
      (risk, environment) => `a plan of ${risk} risk needs no approval in ${environment}`,
    ],
    [
      /^(\w+) risk needs (.+) in (.+)$/u,
      (risk, approvals, environment) => `a plan of ${risk} risk needs ${approvals} in ${environment}`,
    ],
  ],
  freeze: [
    [/^(.+) is set to no-new: (.+)$/u, (scope = '', reason) => `${scopeText(scope)} takes no new changes (${reason})`],
    [/^(.+) is set to freeze: (.+)$/u, (scope = '', reason) => `${scopeText(scope)} is frozen (${reason})`],
  ],
  'change-window': [
    [/^open until (.+) \(.+\)$/u, (until) => `changes are allowed until ${until}`],
    [/^closed until (.+) \(.+\)$/u, (until) => `no change is allowed before ${until}`],
  ],
  'action-budget': [
    [
      /^(\d+) of (\d+) targets this hour$/u,
      (used, limit) => `${used} of the ${limit} targets allowed an hour are used`,
    ],
  ],
  'blast-radius': [
    [
      /^(\d+) > (\d+) messages$/u,
      (wanted, limit) => `at most ${limit} messages may be moved; this plan moves ${wanted}`,
    ],
    [
      /^(\d+) > (\d+) objects of (.+)$/u,
      (wanted, limit, runbook) => `${runbook} may touch at most ${limit} objects; this plan touches ${wanted}`,
    ],
  ],
  autonomy: [
    [/^suggest: a person starts it$/u, () => 'a person starts it here'],
    [/^suggest: nobody started it$/u, () => 'a person has to start it here, and nobody did'],
    [/^auto: it runs by itself$/u, () => 'it may run by itself here'],
    [/^shadow: /u, () => 'automation only records here what it would do'],
  ],
};

/** What a rule found, as a clause that can stand after "because"; the fact itself where it is plain already. */
export function ruleText({ ruleId, fact }: RuleFinding): string {
  const [stated = '', approvers] = fact.split('; approved by ');
  const said = SAYINGS[ruleId]?.flatMap(([pattern, say]) => {
    const match = pattern.exec(stated);
    return match === null ? [] : [say(...match.slice(1))];
  })[0];
  return `${said ?? stated}${approvers === undefined ? '' : `, which ${approvers} approved`}`;
}
