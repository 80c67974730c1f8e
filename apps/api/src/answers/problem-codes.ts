/** Every problem that the API answers: status, title and what to do about it. docs/reference/problems.md is made from it. */
export const PROBLEMS = {
  'bad-request': {
    status: 400,
    title: 'The request cannot be understood',
    help: 'Read `detail`; it names what was wrong.',
  },
  'invalid-input': {
    status: 400,
    title: 'The input does not match the schema',
    help: '`errors` lists each place by JSON pointer. Nothing was stored.',
  },
  'bad-cursor': {
    status: 400,
    title: 'The cursor is not of this list',
    help: 'Start again without `cursor`; cursors belong to one list, one filter and one workspace.',
  },
  'bad-payload': {
    status: 400,
    title: 'The payload cannot be decoded',
    help: '`detail` names the place. Check content type and content encoding of the sender. Nothing was stored.',
  },
  unauthenticated: {
    status: 401,
    title: 'Not signed in',
    help: 'Send `Authorization: Bearer TOKEN`, or sign in. Tokens are made by `autoops token create`.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    help: '`detail` names the permission that is missing. Ask an administrator for a role that has it.',
  },
  'wrong-environment': {
    status: 403,
    title: 'Your role does not cover this environment',
    help: 'Ask somebody whose role is bound to it.',
  },
  'cross-site': {
    status: 403,
    title: 'Refused as a request from another site',
    help: 'Calls with a session cookie need the header `X-AutoOps: 1`, JSON and the same origin. Scripts should send a bearer token.',
  },
  'dev-login-refused': {
    status: 403,
    title: 'Dev login is not available',
    help: 'It works on a loopback address with AUTOOPS_DEV_LOGIN=1, not through a proxy and not in production. Sign in with a token.',
  },
  'policy-denied': {
    status: 403,
    title: 'Policy denies this',
    help: '`ruleIds` names the rules; `autoops evaluate PLAN` says what would make it allowed.',
  },
  'not-permitted': {
    status: 403,
    title: 'You may not decide this',
    help: '`detail` says why: approver, requester and runbook author must be different people, and only people approve.',
  },
  'not-found': { status: 404, title: 'Not found', help: 'It does not exist, or not in your workspace.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    help: 'GET /api/openapi.json lists the methods of each path.',
  },
  conflict: { status: 409, title: 'It has changed meanwhile', help: 'Read it again and decide again.' },
  'wrong-state': {
    status: 409,
    title: 'Not possible in its present state',
    help: '`detail` names the state. Read it again.',
  },
  'idempotency-busy': {
    status: 409,
    title: 'The first call with this Idempotency-Key still runs',
    help: 'Wait and send it again with the same key.',
  },
  frozen: {
    status: 409,
    title: 'A kill switch is on',
    help: '`autoops unfreeze` opens it again; `GET /api/v1/controls` says who closed it and why.',
  },
  'plan-changed': {
    status: 412,
    title: 'The plan is not the one you saw',
    help: 'Both hashes are in `detail`. Read the plan again before you decide.',
  },
  'version-changed': {
    status: 412,
    title: 'It is not the version you saw',
    help: 'Read it again, put your change into what it is now, and send that with its ETag in `If-Match`.',
  },
  'too-large': {
    status: 413,
    title: 'The payload is too large',
    help: 'At most 16 MiB received and 64 MiB inflated. Send smaller batches.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Content type or encoding is not supported',
    help: '`detail` lists what is.',
  },
  'host-not-allowed': {
    status: 421,
    title: 'This host name is not served here',
    help: 'Set AUTOOPS_PUBLIC_URL or AUTOOPS_ALLOWED_HOSTS to the name that you use.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'This Idempotency-Key was used with another body',
    help: 'Use a new key for a new request.',
  },
  'if-match-required': {
    status: 428,
    title: 'If-Match is missing',
    help: 'Send the ETag of what you saw in `If-Match`, so that you approve or change exactly that: of a plan its hash, of preferences their version.',
  },
  'too-many-requests': { status: 429, title: 'Too many requests', help: 'Wait as long as `Retry-After` says.' },
  'store-behind': {
    status: 429,
    title: 'The store is behind',
    help: 'Nothing of this request was stored. Send it again after `Retry-After`.',
  },
  'header-too-large': { status: 431, title: 'The headers are too large', help: 'Tokens are at most 8 KiB.' },
  internal: { status: 500, title: 'A fault of AutoOps', help: 'Look for the `requestId` in the log.' },
  'sandbox-unreachable': {
    status: 502,
    title: 'The sandbox does not answer',
    help: 'Is it running? `autoops doctor` says.',
  },
  'sandbox-starting': {
    status: 503,
    title: 'The sandbox is starting',
    help: 'It takes some seconds after AutoOps itself. Try again after `Retry-After`.',
  },
  'not-ready': {
    status: 503,
    title: 'Not ready',
    help: '`detail` names what is missing. Try again after `Retry-After`.',
  },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** The reference page of all problems, in Markdown: one heading a code, so that `type` has somewhere to lead to. */
export function problemsPage(): string {
  const sections = Object.entries(PROBLEMS).map(
    ([code, problem]) => `## ${code}\n\n${problem.status} · ${problem.title}\n\n${problem.help}\n`,
  );
  return [
    '# Problems\n',
    'Every 4xx and 5xx answer is an RFC 9457 problem (`application/problem+json`) with `type`, `title`, `status`, `detail`, `instance` and',
    'ours: `code` (stable, below), `requestId` (also in the log), `docs`, `errors[{pointer, detail}]` and, for a decision, `auditId` and `ruleIds`.\n',
    ...sections,
  ].join('\n');
}
