import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Principal, Route } from '@autoops/contracts';
import { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { admit, type AccessRules } from './access/access-hook.ts';
import { Authenticator } from './access/authenticator.ts';
import { cookieOf } from './access/credentials.ts';
import { routeDifferences, routeOf, type RouterEntry } from './access/declared-routes.ts';
import { hostAllowed } from './access/host-names.ts';
import { jwtVerifier } from './access/jwt.ts';
import type { Adapters } from './adapters.ts';
import { actorOf } from './answers/call.ts';
import { compressAnswers } from './answers/compression.ts';
import { auditOnly } from './answers/decide.ts';
import { sendProblem } from './answers/problem.filter.ts';
import { AppModule } from './app.module.ts';
import { readBodies, bodyLimitOf } from './bodies.ts';
import { sandboxControl } from './demo/sandbox-control.ts';
import { EventStreams } from './events/event-streams.ts';
import { IngestFigures } from './ingest/ingest-figures.ts';
import { RequestLimits } from './limits/request-limits.ts';
import type { SharedCounters } from './limits/shared-counters.ts';
import type { Settings } from './settings.ts';
import { nestLogger } from './starting/logger.ts';
import { describeApi } from './system/openapi.ts';
import { OPEN_PATHS, serveDashboard } from './web/dashboard.ts';
import { loadDrawing } from './web/drawing.ts';
import { inlineScriptSources, readFirstPage } from './web/first-page.ts';

/** Thrown when the router's routes are not the declared ones; the process must not start. */
export class UndeclaredRoutesError extends Error {}

export interface ApplicationInputs {
  readonly settings: Settings;
  readonly adapters: Adapters;
  readonly counters: SharedCounters;
  readonly logger: Logger;
}

/** Builds the API, ready to listen. Throws `UndeclaredRoutesError` where a route is not in ROUTES, or one of ROUTES is not there. */
export async function createApplication(inputs: ApplicationInputs): Promise<NestFastifyApplication> {
  const { settings, adapters, counters, logger } = inputs;
  const defaultWorkspace = (): Promise<string> => adapters.access.defaultWorkspace();
  const verifier = settings.jwt === undefined ? undefined : jwtVerifier(settings.jwt, defaultWorkspace);
  const authenticator = new Authenticator(adapters.access, verifier, () => adapters.clock.now());
  const limits = new RequestLimits(counters);
  const streams = new EventStreams(adapters.liveEvents);
  const figures = new IngestFigures();

  const server = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }), // we log answers ourselves, ingest only at debug
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    return503OnClosing: true,
    forceCloseConnections: true,
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 500 },
  });
  const fastify = server.getInstance<FastifyInstance>();
  const entries: RouterEntry[] = [];
  fastify.decorateRequest('principal', undefined);
  fastify.decorateRequest('admitted', false);
  fastify.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) entries.push({ method, url: route.url });
    route.bodyLimit = bodyLimitOf([route.method].flat()[0] ?? 'GET', route.url);
  });
  readBodies(fastify);
  await fastify.register(fastifyCookie);
  await compressAnswers(fastify);
  const page = readFirstPage(settings.webDir);
  await fastify.register(
    fastifyHelmet,
    helmetOptions(settings, page === undefined ? [] : inlineScriptSources(page.html)),
  );
  guardEverything(fastify, accessRules(settings, adapters, authenticator, limits));
  logAnswers(fastify, figures);

  const parts = {
    adapters,
    settings,
    authenticator,
    limits,
    streams,
    figures,
    sandbox: sandboxControl(adapters.sandbox),
  };
  const application = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), server, {
    logger: nestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  await serveDashboard(fastify, {
    webDir: settings.webDir,
    page,
    drawing: await loadDrawing(settings.webDir),
    signedIn: async (request) => {
      const cookie = cookieOf(request);
      return cookie !== undefined && (await authenticator.ofCookie(cookie)) !== undefined;
    },
  });
  describeApi(application, fastify, settings.version);
  await application.init();
  await fastify.ready();
  const differences = routeDifferences(entries, openEntries(entries));
  if (differences.length > 0) {
    await application.close();
    throw new UndeclaredRoutesError(
      `The router and ROUTES (packages/contracts/src/routes.ts) differ; nobody would guard these: ${differences.join('; ')}`,
    );
  }
  fastify.addHook('onClose', async () => streams.close());
  return application;
}

function openEntries(entries: readonly RouterEntry[]): readonly RouterEntry[] {
  return entries.filter((entry) => OPEN_PATHS.has(entry.url) && (entry.method === 'GET' || entry.method === 'HEAD'));
}

function accessRules(
  settings: Settings,
  adapters: Adapters,
  authenticator: Authenticator,
  limits: RequestLimits,
): AccessRules {
  return {
    authenticator,
    limits,
    hostAllowed: hostAllowed(settings),
    origins: settings.publicUrl === undefined ? [] : [new URL(settings.publicUrl).origin],
    openPaths: OPEN_PATHS,
    auditRefusal: (principal: Principal, route: Route, detail: string) =>
      auditOnly(
        adapters.state,
        {
          workspaceId: principal.workspaceId,
          actor: actorOf(principal),
          verb: 'access',
          subject: { kind: 'route', id: route.id },
        },
        'refused',
        `${principal.subject} was refused "${route.summary}". ${detail}`,
        {},
      ),
  };
}

/** Admission runs after routing and before any body is read; every answer carries the request id and no-sniff headers. */
function guardEverything(fastify: FastifyInstance, rules: AccessRules): void {
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header('X-Request-Id', request.id);
    try {
      await admit(rules, request, (name, value) => void reply.header(name, value));
    } catch (refusal) {
      sendProblem(refusal, request, reply);
      return reply;
    }
  });
}

function logAnswers(fastify: FastifyInstance, figures: IngestFigures): void {
  fastify.addHook('onResponse', async (request, reply) => {
    const route = routeOf(request.method, request.routeOptions.url);
    figures.answered(route?.id ?? 'other', reply.statusCode);
    const quiet = route === undefined || route.permission === 'autoops:ingest' || request.method === 'GET';
    // Both are asked from the first moment on: that worker or sandbox are not there yet is an answer, not a fault.
    const awaited = reply.statusCode === 503 && (route?.id === 'ready' || route?.id.startsWith('demo.') === true);
    const level = reply.statusCode >= 500 && !awaited ? 'warn' : quiet ? 'debug' : 'info';
    const { params } = request;
    const incidentId =
      route?.object === 'incident' && typeof params === 'object' && params !== null && 'id' in params
        ? params.id
        : undefined;
    request.log[level](
      {
        requestId: request.id,
        route: route?.id,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        subject: request.principal?.subject,
        incidentId,
      },
      'answered',
    );
  });
}

/**
 * CSP of stack-notes 7: everything from here, inline styles for MUI's emotion only, and the first page's own inline script by its
 * digest. HSTS only behind https.
 */
function helmetOptions(settings: Settings, inlineScripts: readonly string[]) {
  const https = settings.publicUrl?.startsWith('https:') ?? false;
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", ...inlineScripts],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        upgradeInsecureRequests: null,
      },
    },
    hsts: https,
    crossOriginResourcePolicy: { policy: 'same-origin' as const },
    referrerPolicy: { policy: 'no-referrer' as const },
  };
}
