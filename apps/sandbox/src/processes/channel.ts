/** The child's end of the supervisor's channel: it answers calls and ends when the supervisor is gone. */
type Call = { call: number; method: string; params: unknown };

// Values cross the channel as JSON; each method states the shape that its supervisor sends.
export type Methods = Readonly<Record<string, (params: never) => unknown>>;

/** Answers the supervisor's calls with `methods`; the process exits as soon as the supervisor's end closes. */
export function answerSupervisor(methods: Methods): void {
  process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the supervisor ends us in order
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: Call) => {
    const method = methods[message.method];
    Promise.resolve()
      .then(() => {
        if (method === undefined) throw new Error(`this process has no method ${message.method}`);
        return method(message.params as never);
      })
      .then(
        (result) => process.send?.({ answer: message.call, result: result ?? null }),
        (error: unknown) =>
          process.send?.({ answer: message.call, error: error instanceof Error ? error.message : String(error) }),
      );
  });
}
