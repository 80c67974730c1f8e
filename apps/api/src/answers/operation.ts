import { applyDecorators, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Problem, ROUTES, type Route } from '@autoops/contracts';
import type { z } from 'zod';

export interface OperationAnswer {
  readonly response?: z.ZodType;
  readonly status?: number;
  readonly description?: string;
  /** Content type of an answer that is not JSON. */
  readonly produces?: string;
}

const METHODS = { GET: Get, POST: Post, PUT: Put, DELETE: Delete } as const;

/** Binds a handler to its entry in ROUTES: method and path are written there alone, and its answer goes into the OpenAPI document. */
export function Operation(id: string, answer: OperationAnswer = {}): MethodDecorator {
  const route = ROUTES.find((candidate) => candidate.id === id);
  if (route === undefined || route.method === 'PATCH')
    throw new Error(`Operation ${id} is not in ROUTES (packages/contracts/src/routes.ts).`);
  const status = answer.status ?? 200;
  const decorators: MethodDecorator[] = [
    METHODS[route.method](route.path),
    HttpCode(status),
    ApiTags(tagOf(route)),
    ApiOperation({ operationId: id, summary: route.summary, description: describe(route) }),
    ApiResponse({ status, description: answer.description ?? route.summary, ...contentOf(answer) }),
    ApiResponse({ status: 'default', description: 'An RFC 9457 problem', standardSchema: Problem }),
  ];
  if (route.permission !== 'public') decorators.push(ApiBearerAuth('bearer'));
  return applyDecorators(...decorators);
}

/** Describes the query parameters of a handler from their schema. */
export function QueryParameters(schema: z.ZodObject): MethodDecorator {
  return applyDecorators(
    ...Object.keys(schema.shape).map((name) => ApiQuery({ name, required: false, schema: { type: 'string' } })),
  );
}

function contentOf(answer: OperationAnswer): {
  standardSchema?: z.ZodType;
  content?: Record<string, { schema: { type: 'string' } }>;
} {
  if (answer.produces !== undefined) return { content: { [answer.produces]: { schema: { type: 'string' } } } };
  return answer.response === undefined ? {} : { standardSchema: answer.response };
}

function describe(route: Route): string {
  if (route.permission === 'public') return 'Needs no log-in.';
  return route.permission === 'session' ? 'Needs any log-in.' : `Needs the permission \`${route.permission}\`.`;
}

function tagOf(route: Route): string {
  return route.id.split('.')[0] ?? route.id;
}
