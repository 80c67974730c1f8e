import type {
  Actor,
  Control,
  EnvironmentRules,
  IntegrationResource,
  RateCard,
  Runbook,
  RunbookResource,
  SourceConfig,
  Toggle,
} from '@autoops/contracts';
import { row, rows, type Transaction } from '../database.ts';
import { present } from './services.ts';

/** The strictest of several settings is shown: what is off somewhere must not look as if it were on everywhere. */
const TOGGLES: readonly Toggle[] = ['off', 'shadow', 'on'];

/** The runbooks in force with their record. Only finished runs count. */
export async function selectRunbooks(transaction: Transaction): Promise<RunbookResource[]> {
  const found = await rows<{
    name: string;
    digest: string;
    body: Runbook;
    text: string;
    runs: number;
    succeeded: number;
    last_at: Date | null;
  }>(
    transaction,
    `select d.name, d.digest, d.body, d.text, r.runs, r.succeeded, r.last_at from config_documents d cross join lateral (
       select count(*) filter (where r.finished_at is not null)::integer as runs, count(*) filter (where r.state = 'succeeded')::integer as succeeded, max(r.created_at) as last_at
       from runs r where r.workspace_id = d.workspace_id
         and exists (select from steps s where s.workspace_id = r.workspace_id and s.run_id = r.id and s.runbook = d.name)) r
     where d.kind = 'runbook' and d.current order by d.name`,
  );
  const rules = (
    await rows<{ body: EnvironmentRules }>(
      transaction,
      "select body from config_documents where kind = 'environment' and current order by name",
    )
  ).map((one) => one.body);
  return found.map(({ name, digest, body, text, runs, succeeded, last_at: lastAt }): RunbookResource => ({
    id: name,
    name: body.metadata.name,
    version: body.metadata.version,
    digest,
    title: body.metadata.title,
    summary: body.metadata.summary,
    riskClass: body.spec.riskClass,
    reversible: body.spec.steps.every((step) => step.irreversible !== true),
    runs,
    succeeded,
    ...present('lastUsedAt', lastAt?.toISOString()),
    toggle: rules
      .map((one) => one.toggles.runbooks[name] ?? 'on')
      .reduce<Toggle>((strictest, one) => (TOGGLES.indexOf(one) < TOGGLES.indexOf(strictest) ? one : strictest), 'on'),
    autonomy: Object.fromEntries(rules.map((one) => [one.environment, autonomyOf(one, name)])),
    yaml: text,
    spec: body,
  }));
}

/** The level of a runbook for services that no rule names. */
function autonomyOf(rules: EnvironmentRules, runbook: string): EnvironmentRules['autonomy']['default'] {
  return (
    rules.autonomy.rules.find((rule) => rule.runbook === runbook && rule.service === undefined)?.level ??
    rules.autonomy.default
  );
}

/** The rate cards in force. */
export async function selectRateCards(transaction: Transaction): Promise<RateCard[]> {
  return (
    await rows<{ body: RateCard }>(
      transaction,
      "select body from config_documents where kind = 'rate-card' and current order by name",
    )
  ).map((one) => one.body);
}

/** Kill switches that anybody has ever moved, and the workspace's own. */
export async function selectControls(transaction: Transaction): Promise<Control[]> {
  const found = await rows<{
    scope: string;
    level: Control['level'];
    version: number;
    reason: string;
    changed_by_kind: Actor['kind'];
    changed_by_id: string;
    changed_at: Date;
  }>(
    transaction,
    "select scope, level, version, reason, changed_by_kind, changed_by_id, changed_at from controls where version > 0 order by scope <> 'workspace', scope",
  );
  const controls = found.map((one): Control => ({
    scope: one.scope,
    level: one.level,
    version: one.version,
    reason: one.reason,
    changedBy: { kind: one.changed_by_kind, id: one.changed_by_id },
    changedAt: one.changed_at.toISOString(),
  }));
  if (controls[0]?.scope === 'workspace') return controls;
  const born = await row<{ created_at: Date }>(transaction, 'select created_at from workspaces');
  const untouched: Control = {
    scope: 'workspace',
    level: 'open',
    version: 0,
    reason: '',
    changedBy: { kind: 'system', id: 'autoops' },
    changedAt: (born?.created_at ?? new Date()).toISOString(),
  };
  return [untouched, ...controls];
}

/** Every source that is configured, was heard of by the worker, or has sent something. */
export async function selectIntegrations(transaction: Transaction): Promise<IntegrationResource[]> {
  const configured = await rows<{ body: { sources: SourceConfig[] } }>(
    transaction,
    "select body from config_documents where kind = 'sources' and current",
  );
  const sources = new Map(configured.flatMap((one) => one.body.sources).map((source) => [source.name, source]));
  const status = new Map(
    (
      await rows<{
        name: string;
        doc: { type: string; lagSeconds: number | null; intervalSeconds: number; seasonSeconds: number[] };
        errors: number;
        last_error: string | null;
        last_error_at: Date | null;
      }>(transaction, 'select name, doc, errors, last_error, last_error_at from source_status')
    ).map((one) => [one.name, one]),
  );
  const counts = new Map(
    (
      await rows<{ source: string; received: string; last_at: Date }>(
        transaction,
        'select source, received, last_at from signal_counts',
      )
    ).map((one) => [one.source, one]),
  );
  return [...new Set([...sources.keys(), ...status.keys(), ...counts.keys()])]
    .sort()
    .map((name): IntegrationResource => {
      const [config, known, count] = [sources.get(name), status.get(name), counts.get(name)];
      return {
        id: name,
        name,
        type: config?.type ?? known?.doc.type ?? 'push',
        ...present('lastSignalAt', count?.last_at.toISOString()),
        lagSeconds: known?.doc.lagSeconds ?? null,
        errors: known?.errors ?? 0,
        ...present('lastError', known?.last_error ?? undefined),
        ...present('lastErrorAt', known?.last_error_at?.toISOString()),
        received: Number(count?.received ?? 0),
        ...present('intervalSeconds', config?.intervalSeconds ?? known?.doc.intervalSeconds),
        seasonSeconds: config?.seasonSeconds ?? known?.doc.seasonSeconds ?? [],
      };
    });
}
