import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { sha256Hex } from '@autoops/digest';
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
    .setDescription(
      'Notices when a system goes wrong, says how long until it hurts, proposes a fix, asks policy and people, does it with a way back, and explains it.',
    )
    .setVersion(version)
    .setLicense('Apache-2.0', '')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .build();
  const document = SwaggerModule.createDocument(application, configuration, {
    autoTagControllers: false,
    standardSchemaConverter: (schema, { schemaType }) => converted(schema, schemaType),
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

/** A schema as JSON Schema; recursive parts (any JSON) become components named by their digest, because each schema numbers its own. */
function converted(schema: unknown, io: 'input' | 'output'): { schema: object; components: Record<string, object> } {
  if (!(schema instanceof z.ZodType)) return { schema: {}, components: {} };
  const {
    $schema: _dialect,
    $defs = {},
    ...rest
  } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any', reused: 'inline' });
  const names = new Map(
    Object.entries($defs).map(([name, definition]) => [
      name,
      `Recursive_${sha256Hex(new TextEncoder().encode(JSON.stringify(definition).replaceAll(/__schema\d+/g, 'self'))).slice(0, 8)}`,
    ]),
  );
  const renamed = (value: object): object =>
    JSON.parse(
      JSON.stringify(value).replaceAll(
        /#\/\$defs\/(\w+)/g,
        (_all, name: string) => `#/components/schemas/${names.get(name) ?? name}`,
      ),
    ) as object;
  return {
    schema: renamed(rest),
    components: Object.fromEntries(
      Object.entries($defs).map(([name, definition]) => [names.get(name) ?? name, renamed(definition)]),
    ),
  };
}
