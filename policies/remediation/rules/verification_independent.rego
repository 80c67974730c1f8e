# "Fixed" is said by a signal of another view than the one that raised the alarm.
package autoops.remediation.rules.verification_independent

import data.autoops.remediation.findings

title := "Independent verification"

order := 130

views := {signal.view | some signal in input.plan.verification}

# Where nothing triggered (a person asked), the services' own view does not count.
triggers(runbook) := {view | some view in input.plan.triggers[runbook]} if count(object.get(input.plan.triggers, runbook, [])) > 0

triggers(runbook) := {"service"} if count(object.get(input.plan.triggers, runbook, [])) == 0

dependent := [step.index | some step in input.plan.steps; count(views - triggers(step.runbook.name)) == 0]

independent := {view |
	some step in input.plan.steps
	some view in (views - triggers(step.runbook.name))
}

finding := findings.deny(
	"verified by the view that raised the alarm",
	"a verification signal of another view",
	dependent,
) if {
	count(dependent) > 0
} else := findings.allow(sprintf("verified by the view of %s", [concat(" and ", sort([name_of[view] | some view in independent]))]), [])

name_of := {"service": "the services", "client": "the clients", "balancer": "the balancer", "raw": "the source"}
