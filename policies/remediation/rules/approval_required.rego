# How many people a risk class needs in this environment.
package autoops.remediation.rules.approval_required

import data.autoops.remediation.findings

title := "Approvals by risk"

order := 20

risk := input.plan.riskClass

always := 1 if input.environment.approvals.always

always := 0 if not input.environment.approvals.always

required := max([always, input.environment.approvals[risk]])

finding := findings.allow(
	sprintf("%s risk needs no approval in %s", [risk, input.environment.environment]),
	[],
) if {
	required == 0
} else := findings.ask(
	required,
	sprintf("%s risk needs %s in %s", [risk, findings.plural(required, "approval", "approvals"), input.environment.environment]),
	findings.approvals(required),
	[],
)
