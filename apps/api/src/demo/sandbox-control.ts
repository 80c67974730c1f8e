import { ProblemError } from '../answers/problem.ts';

/** The sandbox's control API as the demo routes use it. */
export interface SandboxControl {
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
}

/** The client that finds the sandbox by itself, lazily: it starts after us and may come back on another port. */
export interface SandboxSender {
  send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    options: { readonly body?: unknown; readonly timeoutMs: number },
  ): Promise<{ readonly status: number; readonly body: unknown }>;
}

const TIMEOUT_MS = 20_000;
/** The sandbox is ready some seconds after the API. */
const STARTING_RETRY_SECONDS = 2;

/** Whether no connection was made: there is no sandbox yet, or it comes back. Nothing has happened to it then. */
const neverSent = (fault: unknown): boolean =>
  typeof fault === 'object' && fault !== null && 'neverSent' in fault && fault.neverSent === true;

/** Calls the control API and turns its refusals and its absence into problems. */
export function sandboxControl(sender: SandboxSender | undefined): SandboxControl {
  return {
    async call(method, path, body) {
      if (sender === undefined)
        throw new ProblemError(
          'not-found',
          'This installation runs without the demo shop (AUTOOPS_DEMO=off). Start it without that setting to have one.',
        );
      const answer = await sender
        .send(method, path, { ...(body === undefined ? {} : { body }), timeoutMs: TIMEOUT_MS })
        .catch((fault: unknown) => {
          if (neverSent(fault))
            throw new ProblemError('sandbox-starting', 'The demo shop is starting; it takes some seconds.', {
              retryAfterSeconds: STARTING_RETRY_SECONDS,
            });
          throw new ProblemError(
            'sandbox-unreachable',
            fault instanceof Error ? fault.message : 'The sandbox does not answer.',
          );
        });
      if (answer.status < 300) return answer.body;
      const { body: said } = answer;
      const detail =
        typeof said === 'object' && said !== null && 'detail' in said && typeof said.detail === 'string'
          ? said.detail
          : `The sandbox answered ${answer.status}.`;
      throw new ProblemError(answer.status >= 500 ? 'sandbox-unreachable' : 'bad-request', detail);
    },
  };
}
