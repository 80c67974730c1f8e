# With little error budget left a person decides; an unknown budget counts as little.
package autoops.remediation.rules.error_budget

import data.autoops.remediation.findings

title := "Error budget"

order := 170

least := input.environment.minimumBudgetLeft

left := input.budget.left

wanted := sprintf("at least %d %% of the error budget left, or %s", [findings.percent(least), findings.approvals(1)])

finding := findings.allow("no smallest budget set", []) if {
	is_null(least)
} else := findings.ask(1, "the error budget left is not known", wanted, []) if {
	is_null(left)
} else := findings.ask(1, sprintf("%d %% of the error budget left, less than %d %%", [findings.percent(left), findings.percent(least)]), wanted, []) if {
	left < least
} else := findings.allow(sprintf("%d %% of the error budget left", [findings.percent(left)]), [])
