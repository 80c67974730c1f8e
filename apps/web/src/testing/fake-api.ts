/** What a fake API answers: a status and a body, or a body alone for 200. */
type Answer = { readonly status: number; readonly body: unknown } | object;
type Handler = (body: unknown, url: URL, headers: Headers) => Answer;

/**
 * Puts a small API that keeps its own state behind `fetch`: handlers by "METHOD /path". Every call is kept, so that a test can show
 * that nothing was sent. `restore` gives the browser's `fetch` back.
 */
export function fakeApi(handlers: Readonly<Record<string, Handler>>): {
  readonly calls: readonly string[];
  readonly restore: () => void;
} {
  const before = globalThis.fetch;
  const calls: string[] = [];
  globalThis.fetch = async (input, init) => {
    const url = new URL(String(input instanceof Request ? input.url : input), 'http://autoops.test');
    const key = `${init?.method ?? 'GET'} ${url.pathname}`;
    calls.push(key);
    const handler = handlers[key];
    if (handler === undefined) return Response.json({ title: 'Not found', status: 404 }, { status: 404 });
    const sent: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
    const answer = handler(sent, url, new Headers(init?.headers));
    return 'status' in answer && 'body' in answer
      ? Response.json(answer.body, { status: Number(answer.status) })
      : Response.json(answer);
  };
  return { calls, restore: () => (globalThis.fetch = before) };
}
