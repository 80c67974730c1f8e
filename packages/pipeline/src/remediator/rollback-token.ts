import type { JsonObject, Plan, RollbackToken, Run, Step, StepIntent } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';

/** The claims of a rollback token: what is undone, on which target, and what it must look like for that. */
export interface RollbackClaims {
  readonly jti: string;
  readonly workspace: string;
  readonly run: string;
  readonly planHash: string;
  readonly opId: string;
  readonly targetUid: string;
  readonly beforeDigest: string;
  readonly before: JsonObject;
  readonly afterDigest: string;
  readonly inverse: { readonly kind: string; readonly args: JsonObject } | null;
  readonly reversible: boolean;
  readonly iat: number;
  readonly exp: number;
}

/** Signs and reads rollback tokens (JWS EdDSA, `typ: autoops-rollback+jwt`); implemented by an adapter. */
export interface RollbackTokens {
  readonly keyId: string;
  issue(claims: RollbackClaims): Promise<string>;
  /** The claims of a token signed here, of our type and not expired; undefined for anything else. */
  read(token: string, now: Date): Promise<RollbackClaims | undefined>;
}

/** The claims issued when a run's first reversible step is applied. */
export function rollbackClaims(
  workspaceId: string,
  run: Run,
  plan: Plan,
  applied: {
    readonly step: Step;
    readonly intent: StepIntent;
    readonly after: JsonObject;
    readonly inverse: StepIntent['inverse'];
  },
  id: string,
  now: Date,
  lifeMs: number,
): RollbackClaims {
  const issued = Math.floor(now.getTime() / 1000);
  return {
    jti: id,
    workspace: workspaceId,
    run: run.id,
    planHash: plan.hash,
    opId: applied.intent.opId,
    targetUid: applied.intent.target.uid,
    beforeDigest: applied.intent.beforeDigest,
    before: applied.intent.before,
    afterDigest: digestOf(applied.after),
    inverse: applied.inverse ?? null,
    reversible: true,
    iat: issued,
    exp: issued + Math.floor(lifeMs / 1000),
  };
}

/** The row of a token, as the run shows it. */
export function rollbackTokenRow(claims: RollbackClaims, token: string, keyId: string): RollbackToken {
  return {
    id: claims.jti,
    state: 'valid',
    reversible: claims.reversible,
    issuedAt: new Date(claims.iat * 1000).toISOString(),
    expiresAt: new Date(claims.exp * 1000).toISOString(),
    keyId,
    token,
  };
}
