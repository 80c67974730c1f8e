import { JsonObject } from '@autoops/contracts';
import { SignJWT, jwtVerify } from 'jose';
import { z } from 'zod';
import type { FileSigner } from './ed25519-signer.ts';

const TYPE = 'autoops-rollback+jwt';
const Claims = z.object({
  jti: z.uuid(),
  workspace: z.string(),
  run: z.uuid(),
  planHash: z.string(),
  opId: z.string(),
  targetUid: z.string(),
  beforeDigest: z.string(),
  before: JsonObject,
  afterDigest: z.string(),
  inverse: z.object({ kind: z.string(), args: JsonObject }).nullable(),
  reversible: z.boolean(),
  iat: z.number(),
  exp: z.number(),
});

/**
 * Rollback tokens as JWS with EdDSA. Reading answers undefined for anything that is not a token of our type, signed by our key
 * and in time; that it is used once only is the store's business.
 */
export function rollbackTokens(signer: FileSigner) {
  return {
    keyId: signer.keyId,
    issue: (claims: z.infer<typeof Claims>): Promise<string> =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, kid: signer.keyId })
        .sign(signer.privateKey),
    read: async (token: string, now: Date): Promise<z.infer<typeof Claims> | undefined> => {
      try {
        const { payload, protectedHeader } = await jwtVerify(token, signer.publicKey, {
          algorithms: ['EdDSA'],
          typ: TYPE,
          currentDate: now,
          requiredClaims: ['jti', 'exp'],
        });
        if (protectedHeader.kid !== signer.keyId) return undefined;
        const claims = Claims.safeParse(payload);
        return claims.success ? claims.data : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
