import { expect, it } from 'vitest';
import { PROBLEMS } from '../answers/problem-codes.ts';
import { ProblemError } from '../answers/problem.ts';
import { sandboxControl, type SandboxSender } from './sandbox-control.ts';

const failing = (fault: Error): SandboxSender => ({ send: () => Promise.reject(fault) });

it('says that the sandbox starts, and when to ask again, while there is nobody to send to', async () => {
  const refusal = await sandboxControl(failing(Object.assign(new Error('not there yet'), { neverSent: true })))
    .call('GET', '/v1/faults')
    .catch((fault: unknown) => fault);
  expect(refusal).toBeInstanceOf(ProblemError);
  expect(refusal).toMatchObject({ code: 'sandbox-starting', extras: { retryAfterSeconds: 2 } });
});

it('says that there is no demo here, and how to have one, where the installation runs without it', async () => {
  const refusal = await sandboxControl(undefined)
    .call('GET', '/v1/faults')
    .catch((fault: unknown) => fault);
  expect(refusal).toMatchObject({ code: 'not-found', message: expect.stringContaining('AUTOOPS_DEMO=off') });
  expect(PROBLEMS['not-found'].status).toBe(404);
});

it('says that the sandbox does not answer when it was asked and did not', async () => {
  const fault = Object.assign(new Error('The sandbox did not answer within 20000 ms.'), { neverSent: false });
  await expect(sandboxControl(failing(fault)).call('POST', '/v1/reset')).rejects.toMatchObject({
    code: 'sandbox-unreachable',
    message: 'The sandbox did not answer within 20000 ms.',
  });
});

it('passes on what the sandbox refuses', async () => {
  const sender: SandboxSender = { send: async () => ({ status: 409, body: { detail: 'A fault is on already.' } }) };
  await expect(sandboxControl(sender).call('POST', '/v1/faults', {})).rejects.toMatchObject({
    code: 'bad-request',
    message: 'A fault is on already.',
  });
});
