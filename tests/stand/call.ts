/** An answer of the API; `gone` when the connection ended without one. */
export interface Answer {
  readonly status: number | 'gone';
  readonly json: Record<string, unknown>;
}

/** Calls the API under test. */
export async function call(
  url: string,
  method: string,
  path: string,
  options: { readonly token: string; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
): Promise<Answer> {
  try {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      signal: AbortSignal.timeout(20_000),
      headers: {
        authorization: `Bearer ${options.token}`,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  } catch (fault) {
    // Only a broken connection is "gone": an answer that is no JSON, or none within the time, is a fault.
    if (!(fault instanceof TypeError)) throw fault;
    return { status: 'gone', json: {} };
  }
}
