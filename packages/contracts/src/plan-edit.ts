import { z } from 'zod';
import { Plan } from './plan.ts';
import { EvaluateResponse } from './policy.ts';
import { Name } from './primitives.ts';
import { ParameterSpec } from './runbook.ts';

const ParameterValue = z.union([z.string().max(200), z.number()]);

/** Other parameters for runbooks of a plan; what is not named stays as the plan has it. */
export const PlanChanges = z
  .array(z.strictObject({ runbook: Name, parameters: z.record(z.string().max(64), ParameterValue) }))
  .max(8);
export type PlanChanges = z.infer<typeof PlanChanges>;

/** What `POST /api/v1/plans/{id}/what-if` and `/propose` take. */
export const PlanChangesRequest = z.strictObject({ changes: PlanChanges.default([]) });

/** A parameter of a runbook in a plan: what the stored plan does, what the edited one would do, and what is allowed. */
export const EditableParameter = z.object({
  runbook: Name,
  name: z.string(),
  spec: ParameterSpec,
  stored: ParameterValue,
  value: ParameterValue,
});
export type EditableParameter = z.infer<typeof EditableParameter>;

/** What policy would say of an edited plan: every environment side by side, with the plan as it would be. Nothing of it is stored. */
export const WhatIfResponse = EvaluateResponse.omit({ auditId: true }).extend({
  plan: Plan,
  parameters: z.array(EditableParameter),
});
export type WhatIfResponse = z.infer<typeof WhatIfResponse>;
