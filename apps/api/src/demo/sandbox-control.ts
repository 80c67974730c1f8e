import { readFile } from 'node:fs/promises';
import { ProblemError } from '../answers/problem.ts';

/** The sandbox's control API, found lazily: the sandbox starts after us and may restart on another port. */
export interface SandboxControl {
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
}

const TIMEOUT_MS = 20_000;

/** A client of the control API whose address stands in `file` (`{url, tokenFile}`), written when the sandbox is usable. */
export function sandboxControl(file: string): SandboxControl {
  return {
    async call(method, path, body) {
      const { url, token } = await addressOf(file);
      const answer = await fetch(new URL(path, url), {
        method,
        headers: { ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch((fault: unknown) => {
        throw new ProblemError('sandbox-unreachable', `The sandbox does not answer: ${fault instanceof Error ? fault.message : 'unknown'}.`);
      });
      const said: unknown = await answer.json().catch(() => undefined);
      if (answer.ok) return said;
      const detail = isRecord(said) && typeof said['detail'] === 'string' ? said['detail'] : `The sandbox answered ${answer.status}.`;
      throw new ProblemError(answer.status >= 500 ? 'sandbox-unreachable' : 'bad-request', detail);
    },
  };
}

async function addressOf(file: string): Promise<{ readonly url: string; readonly token: string | undefined }> {
  const known: unknown = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  if (!isRecord(known) || typeof known['url'] !== 'string') {
    throw new ProblemError('sandbox-unreachable', 'The sandbox is not up yet, or this installation runs without it (AUTOOPS_DEMO=off).');
  }
  const { tokenFile } = known;
  const token = typeof tokenFile === 'string' ? (await readFile(tokenFile, 'utf8').catch(() => '')).trim() : '';
  return { url: known['url'], token: token === '' ? undefined : token };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
