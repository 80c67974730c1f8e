# A person acts where the role is bound to, and no wider than it reaches.
package autoops.remediation.rules.role

import data.autoops.remediation.approvals
import data.autoops.remediation.findings

title := "Role"

order := 160

actor := input.actor

elsewhere if not approvals.serves(actor.environments)

too_wide if not approvals.reaches(actor.maxBlastRadius)

foreign := [step.index | some step in input.plan.steps; step.target.environment != input.plan.environment]

finding := findings.deny(
	sprintf("a target outside %s", [input.plan.environment]),
	sprintf("targets in %s only", [input.plan.environment]),
	foreign,
) if {
	count(foreign) > 0
} else := findings.allow("AutoOps acts within this environment's rules", []) if {
	actor.kind == "system"
} else := findings.deny(
	sprintf("%s may not remediate", [actor.id]),
	"the permission aiops:remediate",
	[],
) if {
	not "aiops:remediate" in actor.permissions
} else := findings.deny(
	sprintf("%s has no role in %s", [actor.id, input.plan.environment]),
	sprintf("a role in %s", [input.plan.environment]),
	[],
) if {
	elsewhere
} else := findings.deny(
	sprintf("%d > %d objects, the most that %s may touch", [approvals.touched, actor.maxBlastRadius, actor.id]),
	sprintf("at most %d objects, or somebody who may touch more", [actor.maxBlastRadius]),
	[],
) if {
	too_wide
} else := findings.allow(sprintf("%s may remediate in %s", [actor.id, input.plan.environment]), [])
