import { Body, Controller, Inject, Req, Res } from '@nestjs/common';
import { SessionResource, type Principal } from '@autoops/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SESSION_LIFE_MS, type Authenticator } from '../access/authenticator.ts';
import { COOKIE_NAME, cookieOf, credentialOf, SECURE_COOKIE_NAME } from '../access/credentials.ts';
import { crossSiteRefusal } from '../access/cross-site.ts';
import { DEV_USERS, principalOfDevUser } from '../access/principal.ts';
import { newSecret, secretHash } from '../access/secrets.ts';
import type { Adapters } from '../adapters.ts';
import { actorOf, callerOf } from '../answers/call.ts';
import { auditOnly } from '../answers/decide.ts';
import { Operation } from '../answers/operation.ts';
import { ProblemError } from '../answers/problem.ts';
import type { RequestLimits } from '../limits/request-limits.ts';
import type { Settings } from '../settings.ts';
import { isLoopback } from '../starting/safe-start.ts';
import { ADAPTERS, AUTHENTICATOR, LIMITS_OF_REQUESTS, SETTINGS } from '../tokens.ts';

/** Dev login names a user; otherwise the bearer of the Authorization header, or of the body (sign-in page), is exchanged. */
const LoginRequest = z.strictObject({ user: z.string().max(100).optional(), token: z.string().max(8_192).optional() });
const LoginAnswer = SessionResource.extend({ auditId: z.string() });

/** Headers by which a proxy says that the caller is somebody else than the peer of the connection. */
const PROXY_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
] as const;

/** Sign-in: dev login on loopback, exchange of a bearer for a cookie, log-out. */
@Controller()
export class SessionController {
  constructor(
    @Inject(ADAPTERS) private readonly adapters: Adapters,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(LIMITS_OF_REQUESTS) private readonly limits: RequestLimits,
  ) {}

  @Operation('session.get', { response: SessionResource })
  get(@Req() request: FastifyRequest) {
    return this.#resource(request.principal, request);
  }

  @Operation('session.login', { response: LoginAnswer })
  async login(
    @Req() request: FastifyRequest,
    @Body({ schema: LoginRequest.prefault({}) }) body: z.infer<typeof LoginRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { bearer } = { bearer: undefined, ...credentialOf(request) };
    // A log-in forced on a browser by another site is an attack too; scripts with a bearer are not browsers.
    const crossSite = bearer === undefined ? crossSiteRefusal(request, this.#origins()) : undefined;
    if (crossSite !== undefined) throw new ProblemError('cross-site', crossSite);
    const principal =
      body.user === undefined
        ? await this.#exchange(bearer ?? body.token, request, reply)
        : await this.#devLogin(body.user, request);
    const auditId = await this.#start(principal, request, reply);
    return { ...this.#resource(principal, request), auditId };
  }

  @Operation('session.logout', { response: z.object({ auditId: z.string() }) })
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const principal = callerOf(request);
    if (principal.sessionId !== undefined)
      await this.adapters.access.deleteSession(principal.workspaceId, principal.sessionId);
    this.authenticator.forget();
    for (const name of [COOKIE_NAME, SECURE_COOKIE_NAME])
      void reply.clearCookie(name, { path: '/', secure: name === SECURE_COOKIE_NAME });
    const auditId = await this.#audit(principal, 'session.end', `${principal.subject} signed out.`);
    void reply.header('X-Audit-Id', auditId);
    return { auditId };
  }

  async #devLogin(user: string, request: FastifyRequest): Promise<Principal> {
    const role = DEV_USERS[user];
    if (!this.settings.devLogin) throw new ProblemError('dev-login-refused');
    if (!this.settings.demo)
      throw new ProblemError('dev-login-refused', 'This installation runs without the demo. Sign in with a token.');
    const proxied = PROXY_HEADERS.find((name) => request.headers[name] !== undefined);
    if (proxied !== undefined)
      throw new ProblemError(
        'dev-login-refused',
        `The request came through a proxy (${proxied}), so it may come from anywhere. Sign in with a token.`,
      );
    if (!isLoopback(request.socket.remoteAddress ?? '')) throw new ProblemError('dev-login-refused');
    if (role === undefined)
      throw new ProblemError(
        'dev-login-refused',
        `There is no dev user ${user}. Choose one of ${Object.keys(DEV_USERS).join(', ')}.`,
      );
    return principalOfDevUser(user, role, await this.adapters.access.defaultWorkspace(), this.adapters.clock.now());
  }

  async #exchange(bearer: string | undefined, request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    await this.limits.login(request.ip, (name, value) => void reply.header(name, value));
    const principal = bearer === undefined ? undefined : await this.authenticator.ofBearer(bearer);
    if (principal === undefined)
      throw new ProblemError('unauthenticated', 'The token is not valid. Make one with `autoops token create`.');
    if (principal.permissions.every((permission) => permission === 'autoops:ingest')) {
      throw new ProblemError(
        'forbidden',
        'An ingest token opens no dashboard. Make one with `autoops token create --role viewer`.',
      );
    }
    return { ...principal, authenticatedAt: this.adapters.clock.now().toISOString() };
  }

  /** Begins a session under a fresh id and ends the one before: a fixed or stolen cookie does not survive a log-in. */
  async #start(principal: Principal, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const { access, clock, ids } = this.adapters;
    const before = cookieOf(request);
    const known = before === undefined ? undefined : await this.authenticator.ofCookie(before, true);
    if (known?.sessionId !== undefined) {
      await access.deleteSession(known.workspaceId, known.sessionId);
      this.authenticator.forget();
    }
    const secret = newSecret('aos');
    const now = clock.now();
    await access.createSession(
      {
        id: ids.uuid(),
        workspaceId: principal.workspaceId,
        subject: principal.subject,
        role: principal.role ?? 'viewer',
        permissions: principal.permissions,
        environments: principal.environments,
        authenticatedAt: now.toISOString(),
        expiresAt: new Date(now.getTime() + SESSION_LIFE_MS).toISOString(),
      },
      secretHash(secret),
    );
    const secure = this.#secure(request);
    void reply.setCookie(secure ? SECURE_COOKIE_NAME : COOKIE_NAME, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure,
      maxAge: SESSION_LIFE_MS / 1000,
    });
    void reply.header('Cache-Control', 'no-store');
    const auditId = await this.#audit(principal, 'session.start', `${principal.subject} signed in.`);
    void reply.header('X-Audit-Id', auditId);
    return auditId;
  }

  #secure(request: FastifyRequest): boolean {
    return request.protocol === 'https' || (this.settings.publicUrl?.startsWith('https:') ?? false);
  }

  #origins(): readonly string[] {
    return this.settings.publicUrl === undefined ? [] : [new URL(this.settings.publicUrl).origin];
  }

  #audit(principal: Principal, verb: string, summary: string): Promise<string> {
    const about = {
      workspaceId: principal.workspaceId,
      actor: actorOf(principal),
      verb,
      subject: { kind: 'session', id: principal.subject },
    };
    return auditOnly(this.adapters.state, about, 'done', summary, {});
  }

  #resource(principal: Principal | undefined, request: FastifyRequest): z.infer<typeof SessionResource> {
    // They are the demo's people: a real installation is entered with a token.
    const { demo, devLogin } = this.settings;
    const devUsers = demo && devLogin && isLoopback(request.socket.remoteAddress ?? '') ? Object.keys(DEV_USERS) : [];
    return {
      authenticated: principal !== undefined,
      ...(principal === undefined
        ? {}
        : { subject: principal.subject, name: principal.subject, workspace: this.settings.workspaceName }),
      ...(principal?.role === undefined ? {} : { role: principal.role }),
      permissions: principal?.permissions ?? [],
      devUsers,
      demo: this.settings.demo,
      version: this.settings.version,
      ...(this.settings.demo
        ? { seasonNote: 'The demo shop repeats itself every 10 minutes: its seasons are that short.' }
        : {}),
    };
  }
}
