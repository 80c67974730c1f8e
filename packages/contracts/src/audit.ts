import { z } from 'zod';
import { RejectedCandidate } from './plan.ts';
import { Actor, Instant, JsonObject, Sha256, Uuid } from './primitives.ts';
import { Reason, Stage } from './states.ts';

/** What a decision hands to the audit log; the store adds seq, time and the hash chain in the same transaction. */
export const AuditDraft = z.object({
  actor: Actor,
  verb: z.string(),
  subject: z.object({ kind: z.string(), id: z.string() }),
  incidentId: Uuid.optional(),
  stage: Stage.optional(),
  reason: Reason.optional(),
  summary: z.string(),
  importance: z.number().int().min(1).max(3).default(2),
  lane: z.enum(['signal', 'decision', 'policy', 'action', 'human']).default('decision'),
  detail: JsonObject.default({}),
  evidence: z.array(z.string()).default([]),
  onBehalfOf: z.string().optional(),
});
export type AuditDraft = z.input<typeof AuditDraft>;

/** An entry of a workspace's log: `hash` = SHA-256(0x00 || RFC 8785 bytes), the bytes contain `seq` and `previousHash`. */
export const AuditEntry = z.object({
  id: z.string(),
  seq: z.number().int().positive(),
  at: Instant,
  actor: Actor,
  verb: z.string(),
  subject: z.object({ kind: z.string(), id: z.string() }),
  incidentId: Uuid.optional(),
  stage: Stage.optional(),
  reason: Reason.optional(),
  summary: z.string(),
  importance: z.number().int(),
  lane: z.enum(['signal', 'decision', 'policy', 'action', 'human']),
  detail: JsonObject,
  evidence: z.array(z.string()),
  onBehalfOf: z.string().optional(),
  previousHash: Sha256,
  hash: Sha256,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** A runbook that was considered where no plan came of it, and why it was not chosen. */
export const ConsideredRunbook = RejectedCandidate.pick({ runbook: true, reason: true, detail: true });
export type ConsideredRunbook = z.infer<typeof ConsideredRunbook>;

/** What an entry of the log says was considered when no plan came of it; undefined where it says nothing of the kind (a plan has its own list). */
export function consideredIn({
  subject,
  detail,
}: Pick<AuditEntry, 'subject' | 'detail'>): ConsideredRunbook[] | undefined {
  if (subject.kind === 'plan') return undefined;
  const rejected = z.array(ConsideredRunbook).nonempty().safeParse(detail['rejected']);
  return rejected.data;
}

export const AuditStatus = z.object({
  entries: z.number().int(),
  verifiedTo: z.number().int(),
  headHash: Sha256,
  verifiedAt: Instant,
  /** When the log was last recomputed from its first entry on; since then what came was. */
  wholeAt: Instant,
  ok: z.boolean(),
  firstBad: z.object({ seq: z.number().int(), why: z.string() }).optional(),
});
export type AuditStatus = z.infer<typeof AuditStatus>;
