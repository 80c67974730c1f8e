import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The runbook that the stand's plans are made of. It applies to nothing by itself: plans of it are put into the store by tests. */
const RUNBOOK = `apiVersion: autoops.dev/v1
kind: Runbook
metadata:
  name: set-level
  version: 1
  title: Set a level
  summary: Sets the level of a target.
  owner: team-stand
  author: autoops
  reviewBy: 2027-05-01
spec:
  riskClass: low
  evidence: level
  target: { kind: service, service: till, scope: named }
  appliesWhen:
    all:
      - { kind: target, id: never, title: Never, field: level, op: eq, value: never }
  prechecks: []
  steps:
    - { id: set, title: Set the level, tool: http, action: set-level, undo: { action: set-level }, touches: job }
  verification:
    signals:
      - { signal: { indicator: client_error_ratio, of: service, service: till }, op: lte, bound: 0.02, source: till, view: client }
    settleSeconds: 0
    windowSeconds: 2
    minSamples: 5
    sampleSeconds: 0.2
  expectedEffect: { indicator: client_error_ratio, reductionRatio: 0.5, withinSeconds: 5 }
  limits: { objectsPerRun: 10, objectsPerHour: 10000, coolDownSeconds: 0, attempts: 5 }
`;

const INDICATORS = `apiVersion: autoops.dev/v1
kind: Indicators
defaults: { source: till, interval: 0.2, window: 0.2 }
indicators:
  - name: client_error_ratio
    unit: ratio
    view: client
    services: [till, bakery]
    kind: gauge
    gauge: { metric: client_errors }
    aggregate: max
    bad: up
    noticeable: 0.01
    help: Share of operations that fail at the clients.
`;

/** What a test may change of an environment's rules. */
export interface RuleChanges {
  readonly freezes?: string;
  readonly autonomy?: 'shadow' | 'suggest' | 'auto';
  readonly always?: boolean;
  readonly runbook?: 'on' | 'off';
}

/** Writes the rules of `staging`: medium risk needs an approval, limits so wide that they decide nothing. Answers the file's text. */
export function writeRules(directory: string, changes: RuleChanges = {}): string {
  const text = `apiVersion: autoops.dev/v1
kind: EnvironmentRules
environment: staging
title: Staging
replicaCap: { withoutApproval: 20, absolute: 40 }
approvals: { always: ${changes.always ?? false}, low: 0, medium: 1, high: 2, role: approver }
blastRadius: { unavailableRatio: 0.5, messages: 200, perServiceInFlight: 1000, perEnvironmentInFlight: 1000, targetsPerHour: 10000, rollbackReservePerHour: 10000 }
windows: []
freezes: ${changes.freezes ?? '[]'}
irreversible: require-approval
classD: attended
autonomy: { default: ${changes.autonomy ?? 'suggest'}, rules: [] }
toggles: { rules: { class-d: off }, runbooks: { set-level: ${changes.runbook ?? 'on'} } }
`;
  writeFileSync(join(directory, 'policies/environments/staging.yaml'), text);
  return text;
}

/** Writes everything that API and worker read: sources, indicators, targets, runbook, rules and the policy bundle. */
export function writeFiles(
  directory: string,
  targetUrl: string,
  targets: readonly string[],
): { readonly runbookDigest: string } {
  for (const folder of ['config', 'runbooks', 'policies/environments', 'data', 'ledger'])
    mkdirSync(join(directory, folder), { recursive: true });
  cpSync(join(root, 'policies/dist'), join(directory, 'policies/dist'), { recursive: true });
  writeFileSync(
    join(directory, 'config/sources.yaml'),
    `apiVersion: autoops.dev/v1
kind: Sources
sources:
  - { name: till, type: prometheus-targets, targets: ["${new URL(targetUrl).host}"], intervalSeconds: 0.2, labels: { environment: staging } }
  - { name: push, type: push, intervalSeconds: 1 }
`,
  );
  writeFileSync(
    join(directory, 'config/topology.yaml'),
    `apiVersion: autoops.dev/v1
kind: Topology
services:
  - { name: till, title: Till, owner: team-stand }
  - { name: bakery, title: Bakery, owner: team-stand }
`,
  );
  writeFileSync(join(directory, 'config/indicators.yaml'), INDICATORS);
  writeFileSync(
    join(directory, 'config/http-targets.json'),
    JSON.stringify(
      targets.map((name) => ({
        name,
        environment: 'staging',
        service: 'till',
        url: `${targetUrl}/levels/${name}`,
        stateUrl: `${targetUrl}/levels/${name}`,
        keyed: !name.startsWith('opaque'),
      })),
    ),
  );
  writeFileSync(join(directory, 'runbooks/set-level.yaml'), RUNBOOK);
  writeRules(directory);
  return { runbookDigest: createHash('sha256').update(RUNBOOK).digest('hex') };
}
