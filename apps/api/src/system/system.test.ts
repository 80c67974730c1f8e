import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { ROUTES } from '@autoops/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeDifferences } from '../access/declared-routes.ts';
import { problemsPage } from '../answers/problem-codes.ts';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

interface Document {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        responses: Record<string, object>;
        security?: object[];
        parameters: { name: string; in: string }[];
      }
    >
  >;
}

describe('a policy bundle that cannot be taken over', () => {
  it('is told in readiness without its reason, and with it to whoever is signed in; the API stays ready', async () => {
    const problem = 'policy.wasm is not the file that manifest.json names: run scripts/policy-bundle.sh.';
    const own = await openTestApi({}, (adapters) => {
      const { bundleDigest } = adapters.policy;
      const evaluate: typeof adapters.policy.evaluate = (input) => adapters.policy.evaluate(input);
      return { ...adapters, policy: { bundleDigest, evaluate, problem } };
    });
    try {
      const ready = await own.call('GET', '/readyz');
      expect(ready.status).toBe(200);
      expect(ready.json).toEqual({
        status: 'ready',
        missing: [],
        outdated: ['policy bundle: its files cannot be taken over; the last good one stays in force'],
      });
      const token = await own.token('viewer');
      expect((await own.call('GET', '/api/v1/policies', { token })).json).toMatchObject({ bundleProblem: problem });
    } finally {
      await own.close();
    }
    expect((await api.call('GET', '/readyz')).json).not.toHaveProperty('outdated');
    const token = await api.token('viewer');
    expect((await api.call('GET', '/api/v1/policies', { token })).json).not.toHaveProperty('bundleProblem');
  });
});

describe('the OpenAPI document', () => {
  it('is 3.1, has every route once and a response and the problem for each', async () => {
    const document = (await api.call('GET', '/api/openapi.json')).json as unknown as Document;
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations.map(({ operation }) => operation.operationId).toSorted()).toEqual(
      ROUTES.map((route) => route.id).toSorted(),
    );
    for (const { path, operation } of operations) {
      expect(Object.keys(operation.responses)).toContain('default');
      for (const [, name] of path.matchAll(/\{(\w+)\}/g))
        expect(operation.parameters.map((parameter) => parameter.name)).toContain(name);
    }
  });

  it('has no dangling reference and no word of the 3.0 dialect', async () => {
    const { text } = await api.call('GET', '/api/openapi.json');
    expect(text).not.toContain('"nullable":');
    const document: unknown = JSON.parse(text);
    for (const [, reference] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
      const found = (reference ?? '')
        .split('/')
        .slice(1)
        .reduce<unknown>(
          (value, part) =>
            typeof value === 'object' && value !== null
              ? (value as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')]
              : undefined,
          document,
        );
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
  });
});

describe('problems', () => {
  it('are RFC 9457 with a code, a request id and a page that exists', async () => {
    const answer = await api.call('GET', '/api/v1/incidents');
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.json).toEqual({
      type: '/docs/problems#unauthenticated',
      title: 'Not signed in',
      status: 401,
      instance: '/api/v1/incidents',
      code: 'unauthenticated',
      requestId: answer.headers.get('x-request-id'),
      docs: 'docs/reference/problems.md#unauthenticated',
    });
    expect((await api.call('GET', '/docs/problems')).text).toContain('id="unauthenticated"');
  });

  it('stand in docs/reference/problems.md', async () => {
    const file = fileURLToPath(new URL('../../../../docs/reference/problems.md', import.meta.url));
    expect(await readFile(file, 'utf8')).toBe(problemsPage());
  });
});

describe('the door', () => {
  it('knows only its own host names', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${api.url}/healthz`, { headers: { Host: 'evil.test' } }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });

  it('sends a strict content security policy and no framework name', async () => {
    const { headers } = await api.call('GET', '/healthz');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'self';.*object-src 'none'.*frame-ancestors 'none'/,
    );
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('names an undeclared and an unanswered route', () => {
    const declared = ROUTES.map((route) => ({ method: route.method, url: route.path }));
    expect(routeDifferences(declared, [])).toEqual([]);
    expect(routeDifferences([...declared, { method: 'GET', url: '/api/v1/forgotten' }], [])).toEqual([
      'undeclared: GET /api/v1/forgotten',
    ]);
    expect(routeDifferences(declared.slice(1), [])).toEqual(['declared but not there: GET /healthz']);
  });

  it('has /metrics without a workspace and /readyz that says what is missing', async () => {
    const metrics = await api.call('GET', '/metrics');
    expect(metrics.text).toContain('autoops_ingest_samples_total');
    expect(metrics.text).not.toContain(api.workspaceId);
    expect((await api.call('GET', '/readyz')).json).toEqual({ status: 'ready', missing: [] });
  });
});
