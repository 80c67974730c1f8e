/** The wish to stop: why, and when it comes. */
export type StopRequest = {
  /** The reason, once there is one. */
  reason(): string | undefined;
  readonly asked: Promise<string>;
  /** Stops listening. */
  done(): void;
};

/**
 * Listens for SIGINT, SIGTERM, SIGHUP and, when a wrapper started us (AUTOOPS_STOP_WITH_PARENT), for its death.
 * Ctrl-C arrives twice (from the terminal and from the wrapper): only a signal more than 2 s after the first means impatience,
 * and then the process ends at once; its programs notice and end by themselves.
 */
export function stopRequest(): StopRequest {
  let reason: string | undefined;
  let first = 0;
  let resolve: (why: string) => void = () => undefined;
  const asked = new Promise<string>((done) => (resolve = done));
  const ask = (why: string) => {
    if (reason === undefined) {
      reason = why;
      first = performance.now();
      resolve(why);
    } else if (performance.now() - first > 2000) {
      process.stderr.write('AutoOps ends at once; what it started ends by itself within seconds.\n');
      process.exit(130);
    }
  };
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
    (signal) => [signal, () => ask(signal === 'SIGINT' ? 'Ctrl-C' : signal)] as const,
  );
  for (const [signal, handler] of handlers) process.on(signal, handler);
  const parent = process.ppid;
  const watch =
    process.env['AUTOOPS_STOP_WITH_PARENT'] === '1'
      ? setInterval(() => process.ppid !== parent && ask('the program that started it is gone'), 500)
      : undefined;
  return {
    reason: () => reason,
    asked,
    done() {
      clearInterval(watch);
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
