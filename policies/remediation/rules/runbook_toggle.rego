# A runbook that is switched off is not run. One in shadow is decided and recorded (its autonomy is then shadow).
package autoops.remediation.rules.runbook_toggle

import data.autoops.remediation.findings

title := "Runbook switched on"

order := 140

toggle(name) := object.get(input.environment.toggles.runbooks, name, "on")

off := [step | some step in input.plan.steps; toggle(step.runbook.name) == "off"]

finding := findings.deny(
	sprintf("%s is switched off in %s", [off[0].runbook.name, input.environment.environment]),
	sprintf("%s switched on", [off[0].runbook.name]),
	[step.index | some step in off],
) if {
	count(off) > 0
} else := findings.allow("every runbook is switched on", [])
