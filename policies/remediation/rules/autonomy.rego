# Whether a step may leave without a person: `auto` by itself, `suggest` after a person's Execute or approval, `shadow` never.
package autoops.remediation.rules.autonomy

import data.autoops.remediation.approvals
import data.autoops.remediation.findings

title := "Autonomy"

order := 150

level := input.autonomy.level

started if input.actor.kind == "person"

started if input.plan.requester.kind == "person"

started if count(approvals.approvers) > 0

finding := findings.allow("auto: it runs by itself", []) if {
	level == "auto"
} else := findings.deny("shadow: decided and recorded, nothing is done", "autonomy of at least suggest", []) if {
	level == "shadow"
	input.phase == "dispatch"
	input.plan.requester.kind != "person"
} else := findings.allow("shadow: decided and recorded, nothing is done", []) if {
	level == "shadow"
} else := findings.deny("suggest: nobody started it", "a person executes it", []) if {
	level == "suggest"
	input.phase == "dispatch"
	not started
} else := findings.allow("suggest: a person starts it", []) if {
	level == "suggest"
}
