import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

const DOCUMENTS = new WeakMap<object, OpenAPIObject>();

/**
 * Makes the OpenAPI 3.1 document from the zod schemas of the handlers and keeps it for the route that serves it. Nest's own
 * conversion writes the 3.0 dialect, so zod converts (JSON Schema draft 2020-12, which is what 3.1 uses).
 */
export function describeApi(application: INestApplication, fastify: FastifyInstance, version: string): OpenAPIObject {
  const configuration = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('AutoOps')
    .setDescription('Notices when a system goes wrong, says how long until it hurts, proposes a fix, asks policy and people, does it with a way back, and explains it.')
    .setVersion(version)
    .setLicense('Apache-2.0', '')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .build();
  const document = SwaggerModule.createDocument(application, configuration, {
    autoTagControllers: false,
    standardSchemaConverter: (schema, { schemaType }) => ({ schema: schemaOf(schema, schemaType) }),
  });
  DOCUMENTS.set(fastify, document);
  return document;
}

/** The document of a running API. */
export function openApiOf(fastify: object): OpenAPIObject {
  let owner: object | null = fastify;
  while (owner !== null) {
    const document = DOCUMENTS.get(owner);
    if (document !== undefined) return document;
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  throw new Error('The OpenAPI document is made at boot.');
}

function schemaOf(schema: unknown, io: 'input' | 'output'): object {
  if (!(schema instanceof z.ZodType)) return {};
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any', reused: 'inline' });
  return rest;
}
