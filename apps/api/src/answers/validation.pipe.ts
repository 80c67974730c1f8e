import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ProblemError } from './problem.ts';

/** At most this many places are told, whatever came in. */
const MOST_ERRORS = 20;

/** Validates what a handler declares by its zod schema; a miss is `invalid-input` with a JSON pointer for each place. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new ProblemError('invalid-input', issues[0]?.message ?? 'The input does not match the schema.', {
        errors: issues
          .slice(0, MOST_ERRORS)
          .map((issue) => ({ pointer: pointerOf(issue.path ?? []), detail: issue.message })),
      }),
  });
}

/** A JSON pointer (RFC 6901) of a path. */
export function pointerOf(path: readonly (PropertyKey | { readonly key: PropertyKey })[]): string {
  return path
    .map(
      (part) =>
        `/${String(typeof part === 'object' ? part.key : part)
          .replaceAll('~', '~0')
          .replaceAll('/', '~1')}`,
    )
    .join('');
}
