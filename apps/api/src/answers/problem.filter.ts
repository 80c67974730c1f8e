import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError, problemBody } from './problem.ts';
import { PROBLEMS, type ProblemCode } from './problem-codes.ts';

/** Writes whatever was thrown, by us, by Nest or by Fastify's parsers, as one RFC 9457 problem. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Answers with the problem that `thrown` stands for; a fault is logged with its stack and told without it. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = asProblem(thrown);
  if (problem.code === 'internal') request.log.error({ err: thrown }, 'request failed');
  if (reply.sent || reply.raw.headersSent) return;
  const { retryAfterSeconds, headers, auditId } = problem.extras;
  if (retryAfterSeconds !== undefined)
    void reply.header('Retry-After', String(Math.max(1, Math.ceil(retryAfterSeconds))));
  if (auditId !== undefined) void reply.header('X-Audit-Id', auditId);
  if (problem.code === 'unauthenticated') void reply.header('WWW-Authenticate', 'Bearer');
  for (const [name, value] of Object.entries(headers ?? {})) void reply.header(name, value);
  void reply
    .status(PROBLEMS[problem.code].status)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .send(JSON.stringify(problemBody(problem, request.id, request.url.split('?')[0] ?? request.url)));
}

/** Codes by which Fastify's own errors are told; others of 4xx become `bad-request`. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  431: 'header-too-large',
  503: 'not-ready',
};

function asProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  // The store refuses a cursor of another list or workspace by an error of this code.
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'bad-cursor')
    return new ProblemError('bad-cursor');
  const status = statusOf(thrown);
  const code = BY_STATUS[status];
  if (code === 'not-found') return new ProblemError('not-found');
  if (code !== undefined) return new ProblemError(code, messageOf(thrown));
  if (status >= 400 && status < 500) return new ProblemError('bad-request', messageOf(thrown));
  return new ProblemError('internal');
}

function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown && typeof thrown.statusCode === 'number')
    return thrown.statusCode;
  return 500;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'The request cannot be understood.';
}
