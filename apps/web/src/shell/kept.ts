/** A record that this browser keeps under `key`; empty where there is none or it cannot be read. */
export function readKept(key: string): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Sets one member of the record under `key`; the others stay. */
export function keepMember(key: string, member: string, value: unknown): void {
  localStorage.setItem(key, JSON.stringify({ ...readKept(key), [member]: value }));
}
