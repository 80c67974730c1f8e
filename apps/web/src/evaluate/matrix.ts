import type { EvaluateResponse, RuleDecision } from '@autoops/contracts';

export interface MatrixRow {
  readonly ruleId: string;
  readonly title: string;
  /** One decision per environment, in the order of the columns; undefined = the rule said nothing there. */
  readonly cells: readonly (RuleDecision | undefined)[];
  /** Where the rule allows the plan with a limit, in the order of the columns. */
  readonly limits: readonly boolean[];
  readonly differs: boolean;
  /** Every environment decides alike, on the same fact and with or without a limit. */
  readonly same: boolean;
}

const WEIGHT: Readonly<Record<RuleDecision['effect'], number>> = { deny: 2, 'require-approval': 1, allow: 0 };

/** A limit is less than an approval and more than nothing. */
const LIMIT_WEIGHT = 0.5;

/** Rules as rows and environments as columns: differing rows first, then the stricter ones. */
export function matrixRows(response: Pick<EvaluateResponse, 'environments' | 'differing'>): MatrixRow[] {
  const ids = [...new Set(response.environments.flatMap((column) => column.verdict.rules.map((rule) => rule.ruleId)))];
  const rows = ids.map((ruleId): MatrixRow => {
    const cells = response.environments.map((column) => column.verdict.rules.find((rule) => rule.ruleId === ruleId));
    const limits = response.environments.map(({ verdict }) =>
      verdict.constraints.some((constraint) => constraint.ruleId === ruleId),
    );
    const first = cells[0];
    const same =
      limits.every((limit) => limit === limits[0]) &&
      cells.every((cell) => cell !== undefined && cell.effect === first?.effect && cell.fact === first.fact);
    return {
      ruleId,
      title: cells.find((cell) => cell !== undefined)?.title ?? ruleId,
      cells,
      limits,
      differs: response.differing.includes(ruleId) || cells.some((cell) => cell?.effect !== first?.effect),
      same,
    };
  });
  const weight = (row: MatrixRow): number =>
    Math.max(
      row.limits.includes(true) ? LIMIT_WEIGHT : 0,
      ...row.cells.map((cell) => (cell === undefined ? 0 : WEIGHT[cell.effect])),
    );
  return rows.toSorted((a, b) => Number(b.differs) - Number(a.differs) || weight(b) - weight(a));
}

/** "Plan v1 may run in staging; in prod it needs one approval"; of a plan that is over, `past` says what became of it first. */
export function evaluationTitle(
  version: number,
  environments: EvaluateResponse['environments'],
  past?: string,
): string {
  const names = (effect: string): string[] =>
    environments.filter((column) => column.verdict.effect === effect).map((column) => column.environment);
  const list = (all: readonly string[]): string => all.join(' and ');
  const [allowed, guarded, denied] = [names('allow'), names('require-approval'), names('deny')];
  const parts: string[] = [];
  if (allowed.length > 0) parts.push(`may run in ${list(allowed)}`);
  if (guarded.length > 0) {
    const required = Math.max(
      ...environments
        .filter((column) => column.verdict.effect === 'require-approval')
        .map((column) => column.verdict.approvals.required),
    );
    parts.push(`in ${list(guarded)} it needs ${required === 1 ? 'one approval' : `${required} approvals`}`);
  }
  if (denied.length > 0)
    parts.push(
      `${allowed.length + guarded.length === 0 ? 'may not run in' : 'in'} ${list(denied)}${allowed.length + guarded.length === 0 ? '' : ' it is denied'}`,
    );
  const subject = past === undefined ? `Plan v${version}` : `Plan v${version} ${past}; judged again now`;
  // "Plan v1 may run …", but "Plan v1: in prod it needs …".
  return `${subject}${past !== undefined || parts[0]?.startsWith('in ') === true ? ':' : ''} ${parts.join('; ')}`;
}

/** A shell command that asks OPA itself, with the input that this environment was judged by. */
export function opaCommand(input: unknown): string {
  return `opa eval --data policies --stdin-input 'data.autoops.verdict' <<'JSON'\n${JSON.stringify(input, null, 2)}\nJSON`;
}
