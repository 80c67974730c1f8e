import type { EnvironmentRules } from '@autoops/contracts';
import { percentText, plural } from '../format/numbers.ts';

/** One setting across environments, in words; `differs` where they do not say the same. */
export interface SettingRow {
  readonly title: string;
  readonly cells: readonly string[];
  readonly differs: boolean;
}

const approvals = (rules: EnvironmentRules): string =>
  rules.approvals.always
    ? `always, at least 1 by ${rules.approvals.role}`
    : `low ${rules.approvals.low}, medium ${rules.approvals.medium}, high ${rules.approvals.high} by ${rules.approvals.role}`;

const windows = (rules: EnvironmentRules): string =>
  rules.windows.length === 0
    ? 'any time'
    : rules.windows
        .map(({ days, from, to }) => `${days.length === 7 ? 'every day' : days.join(', ')} ${from}–${to} UTC`)
        .join('; ');

const freezes = (rules: EnvironmentRules): string =>
  rules.freezes.length === 0
    ? 'none'
    : rules.freezes.map(({ from, to, reason }) => `${from} to ${to}: ${reason}`).join('; ');

const SETTINGS: readonly (readonly [string, (rules: EnvironmentRules) => string])[] = [
  [
    'Replicas of a service',
    (rules) => `${rules.replicaCap.withoutApproval} without approval, at most ${rules.replicaCap.absolute}`,
  ],
  ['Approvals by risk', approvals],
  ['Made unavailable at once', (rules) => percentText(rules.blastRadius.unavailableRatio)],
  ['Messages moved at once', (rules) => String(rules.blastRadius.messages)],
  [
    'Actions in flight',
    (rules) => `${rules.blastRadius.perServiceInFlight} a service, ${rules.blastRadius.perEnvironmentInFlight} in all`,
  ],
  [
    'Targets an hour',
    (rules) =>
      `${rules.blastRadius.targetsPerHour}, and ${plural(rules.blastRadius.rollbackReservePerHour, 'rollback')} more`,
  ],
  ['Open for changes', windows],
  ['Freezes', freezes],
  ['What cannot be undone', (rules) => rules.irreversible.replace('-', ' ')],
  ['Class D actions', (rules) => rules.classD],
  [
    'Budget that must be left',
    (rules) => (rules.minimumBudgetLeft === undefined ? 'none asked' : percentText(rules.minimumBudgetLeft)),
  ],
  [
    'Autonomy',
    (rules) =>
      [
        rules.autonomy.default,
        ...rules.autonomy.rules.map(
          ({ runbook, service, level }) => `${[runbook, service].filter(Boolean).join(' on ')}: ${level}`,
        ),
      ].join('; '),
  ],
];

/** Limits, windows, freezes and autonomy of every environment side by side. */
export function settingRows(environments: readonly EnvironmentRules[]): SettingRow[] {
  return SETTINGS.map(([title, text]) => {
    const cells = environments.map(text);
    return { title, cells, differs: new Set(cells).size > 1 };
  });
}
