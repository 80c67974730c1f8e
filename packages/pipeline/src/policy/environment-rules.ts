import type { Autonomy, EnvironmentRules, Plan } from '@autoops/contracts';

const RANK: Readonly<Record<Autonomy, number>> = { shadow: 0, suggest: 1, auto: 2 };

type AutonomyRule = EnvironmentRules['autonomy']['rules'][number];

/** A rule that names a runbook beats one that names a service; one that names both beats either. */
function precision(rule: AutonomyRule): number {
  return (rule.runbook === undefined ? 0 : 2) + (rule.service === undefined ? 0 : 1);
}

/** The autonomy of one runbook on one service: the most precise rule, the last among equals, or the default; a runbook in shadow is in shadow. */
export function autonomyFor(rules: EnvironmentRules, runbook: string, service: string): Autonomy {
  if (rules.toggles.runbooks[runbook] === 'shadow') return 'shadow';
  const fitting = rules.autonomy.rules.filter(
    (rule) => (rule.runbook ?? runbook) === runbook && (rule.service ?? service) === service,
  );
  const best = fitting.reduce<AutonomyRule | undefined>(
    (found, rule) => (found === undefined || precision(rule) >= precision(found) ? rule : found),
    undefined,
  );
  return best?.level ?? rules.autonomy.default;
}

/** The autonomy of a plan: that of its most cautious step. */
export function autonomyOf(rules: EnvironmentRules, plan: Pick<Plan, 'steps'>): Autonomy {
  const levels = plan.steps.map((step) => autonomyFor(rules, step.runbook.name, step.target.service));
  return levels.reduce<Autonomy>(
    (lowest, level) => (RANK[level] < RANK[lowest] ? level : lowest),
    levels[0] ?? 'shadow',
  );
}

/** Rules for an environment that nobody wrote any for: everything is decided and recorded, nothing is done, everything wants a person. */
export function rulesForUnknownEnvironment(environment: string): EnvironmentRules {
  return {
    apiVersion: 'autoops.dev/v1',
    kind: 'EnvironmentRules',
    environment,
    title: '',
    replicaCap: { withoutApproval: 0, absolute: 0 },
    approvals: { always: true, low: 1, medium: 1, high: 2, role: 'approver' },
    blastRadius: {
      unavailableRatio: 0.25,
      messages: 0,
      perServiceInFlight: 1,
      perEnvironmentInFlight: 1,
      targetsPerHour: 1,
      rollbackReservePerHour: 10,
    },
    windows: [],
    freezes: [],
    irreversible: 'deny',
    classD: 'deny',
    autonomy: { default: 'shadow', rules: [] },
    toggles: { rules: {}, runbooks: {} },
  };
}
