import type { FastifyReply } from 'fastify';
import { ProblemError } from './problem.ts';

/** Marks an answer with the hash of the plan that it shows: what an approval must echo. */
export function tagWithHash(reply: FastifyReply, hash: string): void {
  void reply.header('ETag', `"${hash}"`);
}

/** The plan hash that the caller saw, from `If-Match`; 428 where it is missing. `*` names nothing and is refused. */
export function requireIfMatch(header: string | undefined): string {
  if (header === undefined || header.trim() === '') throw new ProblemError('if-match-required');
  const hash = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(header.trim())?.[1];
  if (hash === undefined)
    throw new ProblemError('if-match-required', "If-Match must be one plan hash as the approval's ETag says it.");
  return hash;
}

/** Refuses with 412 and both hashes where the plan is not the one the caller saw. */
export function requireSameHash(seen: string, present: string): void {
  if (seen !== present)
    throw new ProblemError('plan-changed', `You saw ${seen}; the plan now is ${present}.`, {
      headers: { ETag: `"${present}"` },
    });
}

/** Marks an answer with the version of what it shows: what a change of it must echo. */
export function tagWithVersion(reply: FastifyReply, version: number): void {
  void reply.header('ETag', `"${version}"`);
}

/** The version that the caller saw, from `If-Match`; 428 where it is missing or is none. */
export function requireVersion(header: string | undefined): number {
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header?.trim() ?? '')?.[1];
  if (version === undefined)
    throw new ProblemError('if-match-required', 'If-Match must be the version as its ETag says it.');
  return Number(version);
}
