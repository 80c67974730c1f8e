import { EnvironmentRules, Toggle, type ConfigDocument, type RunbookResource } from '@autoops/contracts';
import { z } from 'zod';

/** A rule of the policy bundle, or a runbook as policy sees it, with its toggle in each environment. */
export const PolicyResource = z.object({
  id: z.string(),
  kind: z.enum(['rule', 'runbook']),
  title: z.string(),
  description: z.string(),
  toggles: z.record(z.string(), Toggle),
  autonomy: z.record(z.string(), z.string()).default({}),
  package: z.string().optional(),
  rego: z.string().optional(),
});
export type PolicyResource = z.infer<typeof PolicyResource>;

/** A rule as the policy sources describe it. */
export interface PolicyRule {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly package: string;
  /** Its source, for people to read. */
  readonly rego: string;
}

/** Rules first, then runbooks, each with its toggles by environment; what an environment does not mention is on. */
export function policiesOf(
  documents: readonly ConfigDocument[],
  runbooks: readonly RunbookResource[],
  rules: readonly PolicyRule[],
): readonly PolicyResource[] {
  const environments = documents.flatMap((document) => {
    const parsed = EnvironmentRules.safeParse(document.body);
    return parsed.success ? [parsed.data] : [];
  });
  const togglesOf = (kind: 'rules' | 'runbooks', id: string): Record<string, Toggle> =>
    Object.fromEntries(
      environments.map((environment) => [environment.environment, environment.toggles[kind][id] ?? 'on']),
    );
  const autonomyOf = (runbook: string): Record<string, string> =>
    Object.fromEntries(
      environments.map(({ environment, autonomy }) => [
        environment,
        autonomy.rules.find((rule) => rule.runbook === runbook)?.level ?? autonomy.default,
      ]),
    );
  const known = new Set(rules.map((rule) => rule.id));
  const mentioned = [...new Set(environments.flatMap((environment) => Object.keys(environment.toggles.rules)))].filter(
    (id) => !known.has(id),
  );
  return [
    ...rules.map((rule): PolicyResource => ({
      ...rule,
      kind: 'rule',
      toggles: togglesOf('rules', rule.id),
      autonomy: {},
    })),
    ...mentioned.map((id): PolicyResource => ({
      id,
      kind: 'rule',
      title: id,
      description: 'Named by an environment, not by the bundle in force.',
      toggles: togglesOf('rules', id),
      autonomy: {},
    })),
    ...runbooks.map((runbook): PolicyResource => ({
      id: runbook.name,
      kind: 'runbook',
      title: runbook.title,
      description: `Runbook ${runbook.name}`,
      toggles: togglesOf('runbooks', runbook.name),
      autonomy: autonomyOf(runbook.name),
    })),
  ];
}
