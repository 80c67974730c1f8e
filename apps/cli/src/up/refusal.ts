/** A start that cannot go on for a reason the person can remove; the message says how. */
export class Refusal extends Error {}
