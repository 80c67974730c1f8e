import type { Condition, EnvironmentRules, Runbook } from '@autoops/contracts';
import type { Finding } from './read-document.ts';

/** What a runbook must keep beyond its schema: an undo or a word that there is none, parameters that exist, patterns that compile. */
export function runbookFindings({ metadata, spec }: Runbook): Finding[] {
  const conditions: readonly (readonly [string, readonly Condition[]])[] = [
    ['appliesWhen.all', spec.appliesWhen.all],
    ['appliesWhen.any', spec.appliesWhen.any],
    ['notWhen', spec.notWhen],
    ['prechecks', spec.prechecks],
  ];
  const findings: Finding[] = [];
  const find = (path: readonly (string | number)[], message: string): void =>
    void findings.push({ path: ['spec', ...path], message });

  if (spec.appliesWhen.all.length + spec.appliesWhen.any.length === 0)
    find(['appliesWhen'], 'say when the runbook applies: at least one condition');
  for (const [place, list] of conditions) {
    list.forEach((condition, index) => {
      for (const signal of signalsOf(condition)) {
        if (signal.of === 'service' && signal.service === undefined)
          find([...place.split('.'), index], 'name the service, or say `of: target` or `of: incident`');
      }
    });
  }
  spec.steps.forEach((step, index) => {
    if (step.undo === undefined && step.irreversible !== true)
      find(['steps', index], 'give the step an undo, or say `irreversible: true`');
    if (step.undo !== undefined && step.irreversible === true)
      find(['steps', index, 'undo'], 'a step that has an undo is not irreversible');
    for (const [argument, parameter] of Object.entries(step.bind)) {
      if (spec.parameters[parameter] === undefined)
        find(['steps', index, 'bind', argument], `there is no parameter ${parameter}`);
    }
    if (/[;&|`$<>]/u.test(step.action)) find(['steps', index, 'action'], 'an action is a name, never a command');
  });
  const ids = spec.steps.map(({ id }) => id);
  ids.forEach((id, index) => {
    if (ids.indexOf(id) !== index) find(['steps', index, 'id'], `another step is called ${id}`);
  });
  for (const [name, parameter] of Object.entries(spec.parameters)) {
    if (parameter.type === 'string') {
      if (!compiles(parameter.pattern)) find(['parameters', name, 'pattern'], 'is no regular expression');
    } else if (parameter.minimum > parameter.maximum) {
      find(['parameters', name, 'minimum'], 'is larger than the maximum');
    } else if (
      parameter.default !== undefined &&
      (parameter.default < parameter.minimum || parameter.default > parameter.maximum)
    ) {
      find(['parameters', name, 'default'], `is outside ${parameter.minimum} to ${parameter.maximum}`);
    }
    if (parameter.type === 'integer' && parameter.from === 'literal' && parameter.default === undefined)
      find(['parameters', name], 'needs a default, or `from` to compute it');
  }
  spec.verification.signals.forEach(({ signal }, index) => {
    if (signal.of === 'service' && signal.service === undefined)
      find(['verification', 'signals', index], 'name the service');
  });
  if (!/^[a-z0-9-]+$/.test(metadata.name))
    findings.push({ path: ['metadata', 'name'], message: 'use lower-case letters, digits and hyphens' });
  return findings;
}

function signalsOf(condition: Condition) {
  if (condition.kind === 'compare') return [condition.signal, condition.than];
  return 'signal' in condition ? [condition.signal] : [];
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source.length > 0;
  } catch {
    return false;
  }
}

/** What environment rules must keep beyond their schema: clocks of a day, limits that make sense, freezes that end after they begin. */
export function environmentFindings(rules: EnvironmentRules): Finding[] {
  const findings: Finding[] = [];
  rules.windows.forEach(({ from, to }, index) => {
    if (!isClock(from) || from === '24:00')
      findings.push({ path: ['windows', index, 'from'], message: `"${from}" is no time of day (00:00 to 23:59)` });
    if (!isClock(to))
      findings.push({ path: ['windows', index, 'to'], message: `"${to}" is no time of day (00:00 to 24:00)` });
  });
  rules.freezes.forEach(({ from, to }, index) => {
    if (Date.parse(from) >= Date.parse(to))
      findings.push({ path: ['freezes', index, 'to'], message: 'a freeze ends after it begins' });
  });
  const { withoutApproval, absolute } = rules.replicaCap;
  if (withoutApproval > absolute)
    findings.push({ path: ['replicaCap', 'withoutApproval'], message: `is larger than absolute (${absolute})` });
  const ratio = rules.blastRadius.unavailableRatio;
  if (ratio < 0 || ratio > 1)
    findings.push({ path: ['blastRadius', 'unavailableRatio'], message: 'is a share from 0 to 1' });
  const least = rules.minimumBudgetLeft;
  if (least !== undefined && (least < 0 || least > 1))
    findings.push({ path: ['minimumBudgetLeft'], message: 'is a share from 0 to 1' });
  return findings;
}

function isClock(text: string): boolean {
  const [hours, minutes] = text.split(':').map(Number);
  if (hours === undefined || minutes === undefined) return false;
  return minutes < 60 && (hours < 24 || (hours === 24 && minutes === 0));
}
