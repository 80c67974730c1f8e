# Added replicas are bounded by a number, not by the share of replicas that may be unavailable.
package autoops.remediation.rules.replica_cap

import data.autoops.remediation.findings

title := "Replica cap"

order := 10

limit := input.environment.replicaCap

scaled := [step | some step in input.plan.steps; step.action.kind == "scale"]

indexes := [step.index | some step in scaled]

above(bound) := [step.index | some step in scaled; step.action.args.replicas > bound]

most := max([step.action.args.replicas | some step in scaled])

finding := findings.allow("no replica is added or removed", []) if {
	count(scaled) == 0
} else := findings.deny(
	sprintf("%d > %d replicas, the most that may run", [most, limit.absolute]),
	sprintf("at most %d replicas", [limit.absolute]),
	above(limit.absolute),
) if {
	most > limit.absolute
} else := findings.ask(
	1,
	sprintf("%d > %d replicas without approval", [most, limit.withoutApproval]),
	sprintf("at most %d replicas, or %s", [limit.withoutApproval, findings.approvals(1)]),
	above(limit.withoutApproval),
) if {
	most > limit.withoutApproval
} else := findings.allow(sprintf("%d ≤ %d replicas", [most, limit.withoutApproval]), indexes)
