# Actions in flight count per service and environment, targets per hour. Rollbacks draw on a reserve of their own.
package autoops.remediation.rules.action_budget

import data.autoops.remediation.findings

title := "Action budget"

order := 50

limit := input.environment.blastRadius

own := {step.target.key | some step in input.plan.steps}

# Actions on the plan's own targets are its own, or its lock stops it.
in_flight := [action |
	some action in input.actionsInFlight
	not action.rollback
	not action.targetKey in own
]

services := {step.target.service | some step in input.plan.steps}

busy := [service |
	some service in services
	count([action | some action in in_flight; action.service == service]) + 1 > limit.perServiceInFlight
]

hour := {key | some key in input.targetsLastHour} | own

hourly := sprintf("%d of %d targets this hour", [count(hour), limit.targetsPerHour])

finding := findings.deny(
	sprintf("%d of %d actions in flight on %s", [limit.perServiceInFlight, limit.perServiceInFlight, busy[0]]),
	sprintf("an action on %s ends", [busy[0]]),
	[step.index | some step in input.plan.steps; step.target.service in busy],
) if {
	count(busy) > 0
} else := findings.deny(
	sprintf("%d of %d actions in flight in %s", [count(in_flight), limit.perEnvironmentInFlight, input.environment.environment]),
	sprintf("an action in %s ends", [input.environment.environment]),
	[],
) if {
	count(in_flight) + 1 > limit.perEnvironmentInFlight
} else := findings.deny(hourly, sprintf("at most %d targets within an hour", [limit.targetsPerHour]), []) if {
	count(hour) > limit.targetsPerHour
} else := findings.allow(hourly, [])
