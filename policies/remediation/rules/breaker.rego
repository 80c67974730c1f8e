# A runbook that failed or flapped on a target stays off it; half-open, one approved try may close the breaker.
package autoops.remediation.rules.breaker

import data.autoops.remediation.findings

title := "Circuit breaker"

order := 180

states[step.index] := breaker.state if {
	some step in input.plan.steps
	some breaker in input.breakers
	breaker.runbook == step.runbook.name
	breaker.targetKey == step.target.key
	breaker.state != "closed"
}

tripped := [index | some index, state in states; state == "open"]

trying := [index | some index, state in states; state == "half-open"]

finding := findings.deny(
	sprintf("the breaker of %s is open", [input.plan.steps[tripped[0]].runbook.name]),
	"the breaker closes, or an administrator clears it",
	tripped,
) if {
	count(tripped) > 0
} else := findings.ask(
	1,
	sprintf("the breaker of %s is half-open", [input.plan.steps[trying[0]].runbook.name]),
	findings.approvals(1),
	trying,
) if {
	count(trying) > 0
} else := findings.allow("no breaker is open", [])
