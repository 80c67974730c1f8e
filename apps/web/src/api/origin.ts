/** Where this installation is, for commands that somebody copies; '' on the server, whose page nobody can copy from. */
export function installationOrigin(): string {
  return globalThis.location?.origin ?? '';
}
