import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

it('names line and column of every mistake in a runbook, and none in one that is shipped', async () => {
  const token = await api.token('viewer');
  const shipped = fileURLToPath(new URL('../../../../runbooks/throttle-noisy-job.yaml', import.meta.url));
  const yaml = await readFile(shipped, 'utf8');
  const check = async (text: string) =>
    (await api.call('POST', '/api/v1/runbooks/validate', { token, body: { yaml: text } })).json;

  expect(await check(yaml)).toEqual({ valid: true, mistakes: [] });
  const line = yaml.split('\n').findIndex((each) => each.includes('riskClass:')) + 1;
  expect(await check(yaml.replace(/riskClass: \w+/, 'riskClass: harmless'))).toEqual({
    valid: false,
    mistakes: [{ line, column: 3, message: expect.stringContaining('spec.riskClass') }],
  });
  expect(await check('kind: [')).toMatchObject({ valid: false });
  expect((await api.call('GET', '/api/v1/runbooks', { token })).json['items']).toEqual([]);
});
