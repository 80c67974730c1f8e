const UUID = /^[0-9a-f]{8}-[0-9a-f-]{19}[0-9a-f]{8}$/;

/** The digits by which people tell one id from another: its last, for the first ones are the time it was made at; a name stays whole. */
export function shortId(id: string): string {
  return UUID.test(id) ? id.slice(-8) : id;
}

/** "plan:...-9e85ba0f4fb5" -> "plan ba0f4fb5"; names of rules stay whole. */
export function shortReference(reference: string): string {
  const [, kind, id = ''] = /^([a-z-]+):(.+)$/.exec(reference) ?? [];
  return kind !== undefined && UUID.test(id) ? `${kind} ${shortId(id)}` : reference;
}
