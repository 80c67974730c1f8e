import { z } from 'zod';

/** RFC 9457 with our extensions; `code` is stable, `docs` a path of the documentation. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  code: z.string(),
  requestId: z.string(),
  docs: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  auditId: z.string().optional(),
  ruleIds: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof Problem>;
