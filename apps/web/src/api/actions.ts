import type {
  AnnotationRequest,
  Approval,
  Control,
  LabelValue,
  Plan,
  PlanChanges,
  Role,
  Run,
} from '@autoops/contracts';
import { send, whileAlone } from './client.ts';

const path = (...parts: readonly string[]): string => `/api/v1/${parts.map(encodeURIComponent).join('/')}`;

/** Everything that a person can do here; each is one call that the command line and curl can make too (`commandOf`). */
export interface ActionCall {
  readonly title: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly ifMatch?: string;
  /** The same as a command line, where the CLI has it. */
  readonly cli?: string;
}

/** What execute answers: the run, or the approval that is waited for. */
export interface ExecuteAnswer {
  readonly runId?: string;
  readonly approvalId?: string;
  readonly run?: Run;
  readonly approval?: Approval;
  readonly auditId?: string;
}

/** The options of the command line that name changed parameters. */
const setOptions = (changes: PlanChanges): string[] =>
  changes.flatMap(({ runbook, parameters }) =>
    Object.entries(parameters).map(([name, value]) => `--set ${runbook}.${name}=${JSON.stringify(value)}`),
  );

export const calls = {
  execute: (plan: Pick<Plan, 'id' | 'hash'>): ActionCall => ({
    title: 'Execute plan',
    method: 'POST',
    path: path('plans', plan.id, 'execute'),
    body: {},
    ifMatch: plan.hash,
    cli: `autoops execute ${plan.id}`,
  }),
  evaluate: (planId: string): ActionCall => ({
    title: 'Evaluate plan',
    method: 'POST',
    path: path('plans', planId, 'evaluate'),
    body: {},
    cli: `autoops evaluate ${planId}`,
  }),
  /** Asks for the plan with other parameters as its next version. */
  propose: (plan: Pick<Plan, 'id' | 'hash'>, changes: PlanChanges): ActionCall => ({
    title: 'Propose this plan',
    method: 'POST',
    path: path('plans', plan.id, 'propose'),
    body: { changes },
    ifMatch: plan.hash,
    cli: ['autoops propose', plan.id, ...setOptions(changes)].join(' '),
  }),
  dryRun: (planId: string): ActionCall => ({
    title: 'Dry run',
    method: 'POST',
    path: path('plans', planId, 'dry-run'),
    body: {},
  }),
  approve: (approval: Pick<Approval, 'id' | 'planHash'>, reason: string): ActionCall => ({
    title: 'Approve',
    method: 'POST',
    path: path('approvals', approval.id, 'approve'),
    body: { reason },
    ifMatch: approval.planHash,
    cli: `autoops approve ${approval.id}`,
  }),
  reject: (approval: Pick<Approval, 'id' | 'planHash'>, reason: string): ActionCall => ({
    title: 'Reject',
    method: 'POST',
    path: path('approvals', approval.id, 'reject'),
    body: { reason },
    ifMatch: approval.planHash,
    cli: `autoops reject ${approval.id} --reason ${JSON.stringify(reason)}`,
  }),
  rollback: (run: Pick<Run, 'id' | 'rollbackToken'>): ActionCall => ({
    title: 'Roll back',
    method: 'POST',
    path: path('runs', run.id, 'rollback'),
    body: run.rollbackToken?.token === undefined ? {} : { token: run.rollbackToken.token },
    cli: `autoops rollback ${run.id}`,
  }),
  pause: (runId: string, paused: boolean): ActionCall => ({
    title: paused ? 'Pause run' : 'Resume run',
    method: 'POST',
    path: path('runs', runId, 'pause'),
    body: { paused },
    cli: `autoops pause ${runId}${paused ? '' : ' --resume'}`,
  }),
  abort: (runId: string): ActionCall => ({
    title: 'Abort run',
    method: 'POST',
    path: path('runs', runId, 'abort'),
    body: {},
    cli: `autoops abort ${runId}`,
  }),
  acknowledge: (id: string): ActionCall => ({
    title: 'Acknowledge',
    method: 'POST',
    path: path('incidents', id, 'acknowledge'),
    body: {},
  }),
  assign: (id: string, assignee: string): ActionCall => ({
    title: 'Assign',
    method: 'POST',
    path: path('incidents', id, 'assign'),
    body: { assignee },
  }),
  close: (id: string, reason: string): ActionCall => ({
    title: 'Close incident',
    method: 'POST',
    path: path('incidents', id, 'close'),
    body: { reason },
  }),
  merge: (id: string, into: string): ActionCall => ({
    title: 'Merge incident',
    method: 'POST',
    path: path('incidents', id, 'merge'),
    body: { into },
  }),
  /** Says of all alarms of an incident, or of one, whether they told something worth knowing. */
  label: (of: 'incidents' | 'anomalies', id: string, label: LabelValue, reason?: string): ActionCall => ({
    title: label === 'useful' ? 'Label as useful' : 'Label as noise',
    method: 'PUT',
    path: path(of, id, 'label'),
    body: { label, ...(reason === undefined ? {} : { reason }) },
    cli: `autoops label ${id} ${label}${reason === undefined ? '' : ` --reason ${JSON.stringify(reason)}`}`,
  }),
  unlabel: (of: 'incidents' | 'anomalies', id: string): ActionCall => ({
    title: 'Take the label back',
    method: 'DELETE',
    path: path(of, id, 'label'),
    cli: `autoops label ${id} --undo`,
  }),
  annotate: (request: AnnotationRequest): ActionCall => ({
    title: 'Note on the charts',
    method: 'POST',
    path: path('annotations'),
    body: request,
    cli: [
      `autoops annotate ${request.service} ${JSON.stringify(request.text)} --environment ${request.environment}`,
      ...(request.from === undefined ? [] : [`--from ${request.from}`]),
      ...(request.to === undefined ? [] : [`--to ${request.to}`]),
    ].join(' '),
  }),
  unannotate: (annotation: {
    readonly id: string;
    readonly service: string;
    readonly environment: string;
  }): ActionCall => ({
    title: 'Remove note',
    method: 'DELETE',
    path: path('annotations', annotation.id),
    cli: `autoops annotate ${annotation.service} --environment ${annotation.environment} --delete ${annotation.id}`,
  }),
  replan: (incidentId: string): ActionCall => ({
    title: 'Ask for a new plan',
    method: 'POST',
    path: path('plan'),
    body: { incidentId },
  }),
  /** A guided run: a plan of the runbooks that a person names, in their order. */
  guidedPlan: (incidentId: string, runbooks: readonly string[]): ActionCall => ({
    title: 'Plan the chosen runbooks',
    method: 'POST',
    path: path('plan'),
    body: { incidentId, runbooks: runbooks.map((name) => ({ name })) },
  }),
  replay: (id: string): ActionCall => ({
    title: 'Replay decisions',
    method: 'POST',
    path: path('incidents', id, 'replay'),
    body: {},
    cli: `autoops replay ${id}`,
  }),
  control: (scope: string, level: Control['level'], reason: string): ActionCall => ({
    title: level === 'open' ? 'Lift the stop' : 'Stop automation',
    method: 'PUT',
    path: path('controls', scope),
    body: { level, reason },
    cli: `autoops ${level === 'open' ? 'unfreeze' : 'freeze'} --scope ${scope} --reason ${JSON.stringify(reason)}`,
  }),
  toggle: (id: string, environment: string, toggle: 'off' | 'shadow' | 'on', reason: string): ActionCall => ({
    title: 'Set toggle',
    method: 'PUT',
    path: path('policies', id, 'toggle'),
    body: { environment, toggle, reason },
  }),
  createToken: (request: {
    readonly role: Role;
    readonly name?: string;
    readonly source?: string;
    readonly expiresInDays?: number;
  }): ActionCall => ({
    title: 'Make token',
    method: 'POST',
    path: path('tokens'),
    body: request,
    cli: `autoops token create --role ${request.role}${request.source === undefined ? '' : ` --source ${request.source}`}`,
  }),
  revokeToken: (id: string): ActionCall => ({ title: 'Revoke token', method: 'DELETE', path: path('tokens', id) }),
  createChannel: (name: string, url: string): ActionCall => ({
    title: 'Add channel',
    method: 'POST',
    path: path('channels'),
    body: { name, url },
  }),
  testChannel: (id: string): ActionCall => ({
    title: 'Send test',
    method: 'POST',
    path: path('channels', id, 'test'),
    body: {},
  }),
  disableChannel: (id: string): ActionCall => ({
    title: 'Turn channel off',
    method: 'DELETE',
    path: path('channels', id),
  }),
  redeliver: (id: string): ActionCall => ({
    title: 'Send again',
    method: 'POST',
    path: path('deliveries', id, 'redeliver'),
    body: {},
  }),
  validateRunbook: (yaml: string): ActionCall => ({
    title: 'Check runbook',
    method: 'POST',
    path: path('runbooks', 'validate'),
    body: { yaml },
  }),
  verifyAudit: (): ActionCall => ({
    title: 'Verify the chain',
    method: 'POST',
    path: path('audit', 'verify'),
    body: {},
  }),
  breakDemo: (fault: string, environment: string): ActionCall => ({
    title: 'Break the sandbox',
    method: 'POST',
    path: path('demo', 'break'),
    body: { fault, environment },
    cli: `autoops demo break ${fault} --environment ${environment}`,
  }),
  resetDemo: (): ActionCall => ({
    title: 'Reset the sandbox',
    method: 'POST',
    path: path('demo', 'reset'),
    body: {},
    cli: 'autoops demo reset',
  }),
  login: (user: string): ActionCall => ({ title: 'Sign in', method: 'POST', path: path('session'), body: { user } }),
  loginWithToken: (token: string): ActionCall => ({
    title: 'Sign in',
    method: 'POST',
    path: path('session'),
    body: { token },
  }),
  logout: (): ActionCall => ({ title: 'Sign out', method: 'DELETE', path: path('session') }),
};

/** Performs a call. `idempotencyKey` is kept by the caller across retries of one intention. */
export function perform<T>(action: ActionCall, idempotencyKey?: string): Promise<T> {
  const session = action.path === path('session');
  const work = (): Promise<T> =>
    send<T>(action.method, action.path, action.body, {
      ...(action.ifMatch === undefined ? {} : { ifMatch: action.ifMatch }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      alone: session,
    });
  return session ? whileAlone(work) : work();
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The same call as a curl command; the token comes from the environment, never from the page. */
export function curlOf(action: ActionCall, origin: string, key: string): string {
  const lines = [
    `curl -X ${action.method} ${quoted(origin + action.path)}`,
    `-H "Authorization: Bearer $AUTOOPS_TOKEN"`,
    `-H 'Idempotency-Key: ${key}'`,
  ];
  if (action.ifMatch !== undefined) lines.push(`-H 'If-Match: "${action.ifMatch}"'`);
  if (action.body !== undefined)
    lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(action.body))}`);
  return lines.join(' \\\n  ');
}
