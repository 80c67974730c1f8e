# A target that neither remembers nor shows what was done to it, such as a plain HTTP call (class D), is never acted on unattended.
package autoops.remediation.rules.class_d

import data.autoops.remediation.findings

title := "Opaque targets"

order := 120

opaque := [step.index | some step in input.plan.steps; step.class == "D"]

fact := sprintf("%s on a target that cannot say what became of it", [findings.plural(count(opaque), "step", "steps")])

finding := findings.allow("every target can say what became of a step", []) if {
	count(opaque) == 0
} else := findings.deny(fact, "a target that honours idempotency keys", opaque) if {
	input.environment.classD == "deny"
} else := findings.ask(1, fact, sprintf("a target that honours idempotency keys, or %s", [findings.approvals(1)]), opaque) if {
	input.environment.classD == "attended"
}
