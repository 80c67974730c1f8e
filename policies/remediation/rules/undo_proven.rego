# What can be undone was proven undoable by a dry run of the same code path.
package autoops.remediation.rules.undo_proven

import data.autoops.remediation.findings

title := "Undo proven"

order := 110

reversible := [step.index | some step in input.plan.steps; not step.irreversible]

proven := {each.index | some each in input.plan.dryRun.steps; each.ok == true; each.undoProven == true}

succeeded if input.plan.dryRun.ok == true

unproven := [index | some index in reversible; not index in proven]

finding := findings.deny("no dry run", "a dry run of the plan", findings.all_steps) if {
	is_null(input.plan.dryRun)
} else := findings.deny("the dry run failed", "a dry run that succeeds", findings.all_steps) if {
	not succeeded
} else := findings.deny(
	sprintf("undo of %d of %d steps dry-run", [count(reversible) - count(unproven), count(reversible)]),
	"an undo that a dry run has proven, or a step marked irreversible",
	unproven,
) if {
	count(unproven) > 0
} else := findings.allow(sprintf("undo of %d of %d steps dry-run", [count(reversible), count(reversible)]), reversible)
