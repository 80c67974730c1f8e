import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import { page, ROLE_PERMISSIONS, TokenCreated, TokenRequest, TokenResource, type Principal } from '@autoops/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Authenticator } from '../access/authenticator.ts';
import { newSecret, secretHash } from '../access/secrets.ts';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller } from '../answers/call.ts';
import { auditOnly } from '../answers/decide.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters, pageOf } from '../answers/pages.ts';
import { notFound, ProblemError } from '../answers/problem.ts';
import { ADAPTERS, AUTHENTICATOR } from '../tokens.ts';

/** Opaque tokens: the secret is answered once and stored hashed. */
@Controller()
export class TokensController {
  constructor(
    @Inject(ADAPTERS) private readonly adapters: Adapters,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
  ) {}

  @Operation('tokens.list', { response: page(TokenResource) })
  @QueryParameters(PageParameters)
  async list(@Caller() caller: Principal, @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>) {
    const rows = await this.adapters.access.tokens(caller.workspaceId);
    return pageOf(
      rows.map(({ workspaceId: _own, ...token }) => token),
      (token) => token.id,
      query,
    );
  }

  @Operation('tokens.create', { response: TokenCreated, status: 201 })
  async create(
    @Caller() caller: Principal,
    @Body({ schema: TokenRequest }) body: z.infer<typeof TokenRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { access, clock, ids, state } = this.adapters;
    if (body.workspace !== undefined && (await access.workspaceByName(body.workspace)) !== caller.workspaceId) {
      throw new ProblemError('invalid-input', 'You can make tokens of your own workspace only.', {
        errors: [{ pointer: '/workspace', detail: 'is not your workspace' }],
      });
    }
    const now = clock.now();
    const secret = newSecret('aot');
    const token = {
      id: ids.uuid(),
      workspaceId: caller.workspaceId,
      name: body.name ?? body.source ?? body.role,
      role: body.role,
      permissions: ROLE_PERMISSIONS[body.role],
      environments: body.environments,
      source: body.source,
      expiresAt:
        body.expiresInDays === undefined
          ? undefined
          : new Date(now.getTime() + body.expiresInDays * 86_400_000).toISOString(),
    };
    await access.createToken(token, secretHash(secret));
    const auditId = await auditOnly(
      state,
      this.#about(caller, 'token.create', token.id),
      'done',
      `${caller.subject} made a token with the role ${body.role}.`,
      { role: body.role, name: token.name },
    );
    void reply.header('X-Audit-Id', auditId).header('Cache-Control', 'no-store');
    const { workspaceId: _own, ...shown } = token;
    return { ...shown, createdAt: now.toISOString(), token: secret, auditId };
  }

  @Operation('tokens.revoke', { response: z.object({ id: z.uuid(), auditId: z.string() }) })
  async revoke(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    if (!z.uuid().safeParse(id).success || !(await this.adapters.access.revokeToken(caller.workspaceId, id)))
      throw notFound();
    this.authenticator.forget();
    const auditId = await auditOnly(
      this.adapters.state,
      this.#about(caller, 'token.revoke', id),
      'done',
      `${caller.subject} revoked a token.`,
      {},
    );
    void reply.header('X-Audit-Id', auditId);
    return { id, auditId };
  }

  #about(caller: Principal, verb: string, id: string) {
    return { workspaceId: caller.workspaceId, actor: actorOf(caller), verb, subject: { kind: 'token', id } };
  }
}
