import type { Problem } from '@autoops/contracts';

/** A refused or failed call, as RFC 9457 says it; `status` 0 means that the server was not reached. */
export class ApiProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiProblem';
    this.problem = problem;
  }
  get status(): number {
    return this.problem.status;
  }
  get code(): string {
    return this.problem.code;
  }
}

/** Whether a value has the members that every problem document has. */
function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'title' in value && 'status' in value;
}

/** Makes a problem of any answer that is not a success, and of bodies that are not problem documents. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('x-request-id') ?? '';
  const body: unknown = await response.json().catch(() => undefined);
  if (isProblem(body))
    return new ApiProblem({
      ...body,
      code: body.code ?? `http-${response.status}`,
      requestId: body.requestId ?? requestId,
    });
  return new ApiProblem({
    type: 'about:blank',
    title: response.statusText === '' ? `The server answered ${response.status}` : response.statusText,
    status: response.status,
    code: `http-${response.status}`,
    requestId,
  });
}

/** The problem to show when no answer came at all. */
export function unreachable(): ApiProblem {
  return new ApiProblem({
    type: 'about:blank',
    title: 'The server cannot be reached',
    detail:
      'What is on the page is the last that was received. Check the network, or whether AutoOps still runs (autoops doctor).',
    status: 0,
    code: 'unreachable',
    requestId: '',
  });
}

/** The problem in an error, whatever was thrown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { type: 'about:blank', title: 'This view failed', detail, status: -1, code: 'view-failed', requestId: '' };
}
