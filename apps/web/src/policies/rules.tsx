import type { RuleRecord } from '@autoops/contracts';
import { useState } from 'react';
import { calls } from '../api/actions.ts';
import type { PolicyPage, PolicyRule } from '../api/queries.ts';
import { Choice } from '../controls/choice.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { plural } from '../format/numbers.ts';
import { useRefusal } from '../shell/session.tsx';
import { EnvironmentChip } from '../status/status.tsx';
import { autonomyText } from '../words/reasons.ts';

type Toggle = 'off' | 'shadow' | 'on';
const TOGGLES: readonly (readonly [Toggle, string])[] = [
  ['off', 'off'],
  ['shadow', 'shadow'],
  ['on', 'on'],
];
const MEANING: Readonly<Record<Toggle, string>> = {
  off: 'is not asked at all',
  shadow: 'is asked and recorded, but decides nothing',
  on: 'decides',
};

/** What a rule said in the last 7 days: "denied 2 and held 3 of 41 plans". */
export function recordWords(record: RuleRecord | undefined): string {
  if (record === undefined || record.judged + record.shadowed === 0) return 'not asked in 7 days';
  const parts = [
    ...(record.denied > 0 ? [`denied ${record.denied}`] : []),
    ...(record.requireApproval > 0 ? [`asked for approval in ${record.requireApproval}`] : []),
    ...(record.shadowed > 0 ? [`would have stopped ${record.shadowed}`] : []),
  ];
  const of = `of ${plural(record.judged + record.shadowed, 'decision')}`;
  return parts.length === 0 ? `allowed all ${of.slice(3)}` : `${parts.join(', ')} ${of}`;
}

interface Asked {
  readonly rule: PolicyRule;
  readonly environment: string;
  readonly to: Toggle;
}

function Row({
  rule,
  record,
  refusal,
  ask,
}: {
  readonly rule: PolicyRule;
  readonly record: RuleRecord | undefined;
  /** Why this person may not set a toggle. */
  readonly refusal: string | undefined;
  readonly ask: (asked: Asked) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <tr>
      <td>
        <b>{rule.title}</b> <span className="mono muted">{rule.id}</span>
        <p className="small muted">
          {rule.kind === 'rule'
            ? rule.description.replaceAll('`', '')
            : Object.entries(rule.autonomy)
                .map(([environment, level]) => `${environment}: ${autonomyText(level)}`)
                .join(', ')}
        </p>
        {rule.rego !== undefined && (
          <button type="button" className="chip rego" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide Rego' : 'Rego'}
          </button>
        )}
        {open && (
          <pre className="json" tabIndex={0} aria-label={`Rego of ${rule.id}`} style={{ marginTop: 8 }}>
            {rule.rego}
          </pre>
        )}
      </td>
      <td className="small">{rule.kind === 'rule' ? recordWords(record) : '—'}</td>
      <td>
        <div className="stack tight">
          {Object.entries(rule.toggles).map(([environment, toggle]) => (
            <span key={environment} className="row">
              <EnvironmentChip environment={environment} />
              <Choice
                label={`${rule.id} in ${environment}`}
                value={toggle as Toggle}
                options={TOGGLES}
                disabledBecause={refusal}
                onChoose={(to) => to !== toggle && ask({ rule, environment, to })}
              />
            </span>
          ))}
        </div>
      </td>
    </tr>
  );
}

/** The rules of one kind: what each asks, what it said in the last 7 days, and its toggle in every environment. */
export function Rules({ page, kind }: { readonly page: PolicyPage; readonly kind: PolicyRule['kind'] }) {
  const [asked, setAsked] = useState<Asked | undefined>();
  const refusal = useRefusal('aiops:admin');
  const action = useAction<unknown>(() => setAsked(undefined));
  const records = new Map(page.records.map((record) => [record.ruleId, record]));
  return (
    <>
      <div className="card flush scroll-x">
        <table className="plain-table rules">
          <thead>
            <tr>
              <th scope="col">{kind === 'rule' ? 'Rule' : 'Runbook'}</th>
              <th scope="col">Last 7 days</th>
              <th scope="col">In force</th>
            </tr>
          </thead>
          <tbody>
            {page.items
              .filter((rule) => rule.kind === kind)
              .toSorted((a, b) => a.title.localeCompare(b.title))
              .map((rule) => (
                <Row key={rule.id} rule={rule} record={records.get(rule.id)} refusal={refusal} ask={setAsked} />
              ))}
          </tbody>
        </table>
      </div>
      {asked !== undefined && (
        <ConfirmDialog
          open
          title={`Set ${asked.rule.id} to ${asked.to} in ${asked.environment}?`}
          confirm={`Set to ${asked.to}`}
          danger={asked.to !== 'on'}
          reason={{ label: 'Reason', required: true }}
          typed={asked.environment === 'prod' && asked.to !== 'on' ? 'prod' : undefined}
          busy={action.isPending}
          error={action.error}
          disabledBecause={refusal}
          onClose={() => setAsked(undefined)}
          onConfirm={(reason) => action.mutate(calls.toggle(asked.rule.id, asked.environment, asked.to, reason))}
        >
          <p>
            From now on this {asked.rule.kind} {MEANING[asked.to]} in {asked.environment}. It takes effect at once and
            is audited; to undo, set it back here.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
