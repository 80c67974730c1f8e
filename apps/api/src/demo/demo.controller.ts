import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Controller, Inject, Res } from '@nestjs/common';
import { Json, Name, type Incident, type Principal } from '@autoops/contracts';
import { closeIncident } from '@autoops/pipeline';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller } from '../answers/call.ts';
import { auditOnly } from '../answers/decide.ts';
import { Operation } from '../answers/operation.ts';
import { ADAPTERS, SANDBOX } from '../tokens.ts';
import { endRuns } from './end-runs.ts';
import type { SandboxControl } from './sandbox-control.ts';

const FAULTS = [
  'noisy-job',
  'poison-message',
  'bad-release',
  'slow-dependency',
  'memory-leak',
  'crashed-replica',
  'traffic-surge',
  'lying-health-check',
  'two-at-once',
] as const;
const ENVIRONMENTS = ['staging', 'prod'] as const;
const BreakRequest = z.strictObject({
  fault: z.enum(FAULTS),
  environment: z.enum(ENVIRONMENTS).default('staging'),
  rising: z.boolean().default(false),
});
const ResetRequest = z.strictObject({ environment: z.enum(ENVIRONMENTS).optional() });
const Effect = z.looseObject({
  opId: z.string(),
  kind: z.string(),
  target: z.string(),
  at: z.string(),
  applied: z.boolean(),
  environment: z.string().optional(),
});
const ActiveFault = z.object({ fault: z.string(), environment: z.string(), startedAt: z.string() });
const DemoResource = z.object({
  enabled: z.boolean(),
  environments: z.array(Name),
  /** Every fault in every environment, with whether it is on. */
  faults: z.array(
    z.object({ name: z.string(), environment: z.string(), active: z.boolean(), startedAt: z.string().optional() }),
  ),
  anybodyHasBroken: z.boolean(),
  state: Json,
  ledger: z.object({ items: z.array(Effect) }),
});
const FaultsAnswer = z.looseObject({
  items: z.array(ActiveFault).default([]),
  anybodyHasBroken: z.boolean().default(false),
});
/** The demo: break the sandbox, look at it, heal it. Its actions are done by the sandbox itself and audited here. */
@Controller()
export class DemoController {
  constructor(
    @Inject(ADAPTERS) private readonly adapters: Adapters,
    @Inject(SANDBOX) private readonly sandbox: SandboxControl,
  ) {}

  @Operation('demo.get', { response: DemoResource })
  async get() {
    const [faults, state, ledger] = await Promise.all([
      this.sandbox.call('GET', '/v1/faults'),
      this.sandbox.call('GET', '/v1/state'),
      this.sandbox.call('GET', '/v1/ledger'),
    ]);
    const { items: active, anybodyHasBroken } = FaultsAnswer.parse(faults);
    const { items } = z.looseObject({ items: z.array(Effect) }).parse(ledger);
    const shown = ENVIRONMENTS.flatMap((environment) =>
      FAULTS.map((name) => {
        const on = active.find((one) => one.fault === name && one.environment === environment);
        return {
          name,
          environment,
          active: on !== undefined,
          ...(on === undefined ? {} : { startedAt: on.startedAt }),
        };
      }),
    );
    return { enabled: true, environments: ENVIRONMENTS, faults: shown, anybodyHasBroken, state, ledger: { items } };
  }

  @Operation('demo.break', {
    response: z.object({ fault: z.string(), environment: z.string(), at: z.string(), auditId: z.string() }),
    status: 202,
  })
  async break(
    @Caller() caller: Principal,
    @Body({ schema: BreakRequest }) body: z.infer<typeof BreakRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { fault, environment } = body;
    if (body.rising) await this.sandbox.call('POST', '/v1/load/phase', { environment, phase: 'rising' });
    const at = this.adapters.clock.now().toISOString();
    await this.sandbox.call('POST', '/v1/faults', { fault, environment });
    const auditId = await this.#audit(
      caller,
      'demo.break',
      environment,
      `${caller.subject} broke the demo shop: ${fault} in ${environment}.`,
      { fault, environment },
      reply,
    );
    return { fault, environment, at, auditId };
  }

  @Operation('demo.reset', {
    response: z.object({ environments: z.array(z.string()), closed: z.array(z.string()), auditId: z.string() }),
  })
  async reset(
    @Caller() caller: Principal,
    @Body({ schema: ResetRequest.prefault({}) }) body: z.infer<typeof ResetRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const environments = body.environment === undefined ? [...ENVIRONMENTS] : [body.environment];
    await this.sandbox.call('GET', '/v1/faults'); // without a shop nothing is touched
    // A healed shop must not be acted on by a run that was meant for the broken one, nor by its undo.
    const { records, state, clock } = this.adapters;
    await endRuns({
      workspaceId: caller.workspaceId,
      actor: actorOf(caller),
      incidents: () => this.#openIncidents(caller, environments),
      records,
      state,
      clock,
      sleep,
    });
    await this.sandbox.call('POST', '/v1/reset', body);
    const closed = await this.#closeIncidents(caller, environments);
    await this.adapters.clearActionHistory(caller.workspaceId, environments);
    const auditId = await this.#audit(
      caller,
      'demo.reset',
      environments.join(','),
      `${caller.subject} healed the demo shop in ${environments.join(' and ')}.`,
      { closed: closed.length },
      reply,
    );
    return { environments, closed, auditId };
  }

  async #openIncidents(caller: Principal, environments: readonly string[]): Promise<readonly Incident[]> {
    const open = await this.adapters.records.openIncidents(caller.workspaceId);
    return open.filter((incident) => environments.includes(incident.environment));
  }

  async #closeIncidents(caller: Principal, environments: readonly string[]): Promise<string[]> {
    const { records, state, clock } = this.adapters;
    const { workspaceId } = caller;
    const closed: string[] = [];
    for (const incident of await this.#openIncidents(caller, environments)) {
      const [plan, approval, runs] = await Promise.all([
        incident.planId === undefined ? undefined : records.plan(workspaceId, incident.planId),
        incident.planId === undefined ? undefined : records.approvalOfPlan(workspaceId, incident.planId),
        records.runsOf(workspaceId, incident.id),
      ]);
      const decision = closeIncident({
        workspaceId,
        incident,
        actor: actorOf(caller),
        now: clock.now(),
        reason: 'The demo was reset.',
        plan,
        approval,
        runs,
      });
      if (decision.ok && (await state.commit(decision.transition)).ok) closed.push(incident.id);
    }
    return closed;
  }

  async #audit(
    caller: Principal,
    verb: string,
    id: string,
    summary: string,
    detail: Record<string, string | number>,
    reply: FastifyReply,
  ): Promise<string> {
    const about = { workspaceId: caller.workspaceId, actor: actorOf(caller), verb, subject: { kind: 'sandbox', id } };
    const auditId = await auditOnly(this.adapters.state, about, 'done', summary, detail);
    void reply.header('X-Audit-Id', auditId);
    return auditId;
  }
}
