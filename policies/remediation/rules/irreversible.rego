# What cannot be undone says so before it is approved.
package autoops.remediation.rules.irreversible

import data.autoops.remediation.findings

title := "Reversible"

order := 100

final := [step.index | some step in input.plan.steps; step.irreversible]

fact := sprintf("%s cannot be undone", [findings.plural(count(final), "step", "steps")])

finding := findings.allow("every step can be undone", findings.all_steps) if {
	count(final) == 0
} else := findings.deny(fact, "steps that can be undone", final) if {
	input.environment.irreversible == "deny"
} else := findings.ask(1, fact, sprintf("steps that can be undone, or %s", [findings.approvals(1)]), final) if {
	input.environment.irreversible == "require-approval"
} else := findings.allow(sprintf("%s; %s allows it", [fact, input.environment.environment]), final) if {
	input.environment.irreversible == "allow"
}
