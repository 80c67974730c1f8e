# Freezes of the environment and the kill switch.
package autoops.remediation.rules.freeze

import data.autoops.remediation.findings

title := "Freeze and kill switch"

order := 40

scopes := {"workspace", sprintf("environment:%s", [input.environment.environment])} | {scope |
	some step in input.plan.steps
	scope := sprintf("runbook:%s", [step.runbook.name])
}

# Once a run goes on, `no-new` no longer concerns it; only `freeze` does.
stopping(control) if control.level == "freeze"

stopping(control) if {
	control.level == "no-new"
	input.phase != "dispatch"
}

switched := [control | some control in input.controls; control.scope in scopes; stopping(control)]

frozen := [freeze |
	some freeze in input.freezes
	input.now.epochMs >= freeze.fromMs
	input.now.epochMs < freeze.toMs
]

finding := findings.deny(
	sprintf("%s is set to %s: %s", [switched[0].scope, switched[0].level, switched[0].reason]),
	sprintf("%s set to open again", [switched[0].scope]),
	[],
) if {
	count(switched) > 0
} else := findings.deny(
	sprintf("frozen until %s: %s", [frozen[0].until, frozen[0].reason]),
	sprintf("the freeze ends at %s", [frozen[0].until]),
	[],
) if {
	count(frozen) > 0
} else := findings.allow("no freeze", [])
