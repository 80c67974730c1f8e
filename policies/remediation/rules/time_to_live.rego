# Throttles, suspensions and shedding end by themselves.
package autoops.remediation.rules.time_to_live

import data.autoops.remediation.findings

title := "Time to live"

order := 90

temporary := [step | some step in input.plan.steps; step.action.kind in {"throttle-job", "suspend-job", "shed"}]

endless := [step | some step in temporary; not is_number(step.ttlSeconds)]

constraints := [constraint |
	some step in temporary
	is_number(step.ttlSeconds)
	constraint := {
		"kind": "ttl",
		"stepIndex": step.index,
		"value": step.ttlSeconds,
		"fact": sprintf("ends by itself after %d s", [step.ttlSeconds]),
		"text": sprintf("for %d s", [step.ttlSeconds]),
	}
]

finding := findings.deny(
	sprintf("%s without a time to live", [endless[0].action.kind]),
	"a time to live",
	[step.index | some step in endless],
) if {
	count(endless) > 0
} else := findings.allow("nothing temporary", []) if {
	count(temporary) == 0
} else := findings.allow(
	sprintf("ends by itself after at most %d s", [max([step.ttlSeconds | some step in temporary])]),
	[step.index | some step in temporary],
)
