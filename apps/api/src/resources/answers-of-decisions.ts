import { Approval, Incident, Run } from '@autoops/contracts';
import { z } from 'zod';

/** Answers of decisions: what it became, and the audit entry that says so. */
export const IncidentChanged = z.object({ incident: Incident, auditId: z.string() });
export const ApprovalChanged = z.object({ approval: Approval, auditId: z.string() });
export const RunChanged = z.object({ run: Run, auditId: z.string() });
/** Execute: the run that started, or the approval that is waited for. */
export const ExecuteAnswer = z.object({
  kind: z.enum(['run', 'approval']),
  run: Run.optional(),
  approval: Approval.optional(),
  auditId: z.string(),
});
