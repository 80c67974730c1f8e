# A step that changes several existing replicas changes one first and looks.
package autoops.remediation.rules.canary

import data.autoops.remediation.findings

title := "Canary"

order := 80

existing := [step |
	some step in input.plan.steps
	step.touches.kind in {"replica", "version"}
	step.action.kind != "scale"
	step.touches.count > 1
]

bare := [step | some step in existing; not step.canary]

constraints := [constraint |
	some step in existing
	step.canary
	constraint := {
		"kind": "canary",
		"stepIndex": step.index,
		"value": 1,
		"fact": sprintf("%d existing replicas change", [step.touches.count]),
		"text": "one replica first",
	}
]

finding := findings.deny(
	sprintf("%d existing replicas at once without a canary", [bare[0].touches.count]),
	"one replica first",
	[step.index | some step in bare],
) if {
	count(bare) > 0
} else := findings.allow("no more than one existing replica at once", []) if {
	count(existing) == 0
} else := findings.allow("one replica first", [step.index | some step in existing])
