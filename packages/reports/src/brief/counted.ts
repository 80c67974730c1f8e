import type { Evidence } from '@autoops/contracts';
import { z } from 'zod';
import { at } from './said.ts';

/** What the value's evidence says of how much was counted; records of older explainers lack a part. */
const Counted = z.object({
  openSeconds: z.number(),
  observedSeconds: z.number(),
  hardlyObserved: z.boolean().default(false),
  atTheEnd: z.object({ failed: z.number(), requests: z.number() }).optional(),
});

/** What was counted of an incident and for how long, with its place in the document; undefined before the story is told. */
export function countedOf(
  evidence: readonly Pick<Evidence, 'kind' | 'data'>[],
): (z.infer<typeof Counted> & { readonly place: string }) | undefined {
  const index = evidence.findLastIndex((item) => item.kind === 'value');
  const counted = Counted.safeParse(evidence[index]?.data);
  return counted.success ? { ...counted.data, place: at('evidence', index, 'data') } : undefined;
}
