# How much a plan may touch: replicas made unavailable, messages moved, objects of a runbook.
package autoops.remediation.rules.blast_radius

import data.autoops.remediation.findings

title := "Blast radius"

order := 60

limit := input.environment.blastRadius

unavailable(service) := sum([step.touches.unavailable | some step in input.plan.steps; step.target.service == service])

affected := {step.target.service | some step in input.plan.steps; step.touches.unavailable > 0}

unknown := [service | some service in affected; not known(service)]

known(service) if is_number(input.services[service].desired)

# A share of a small number rounds down to nothing; one replica may always go, the last healthy one never (another rule).
replicas_allowed(service) := max([1, floor(limit.unavailableRatio * input.services[service].desired)])

over := [service | some service in affected; unavailable(service) > replicas_allowed(service)]

of_service(services) := [step.index | some step in input.plan.steps; step.touches.unavailable > 0; step.target.service in services]

messages := [step | some step in input.plan.steps; step.touches.kind == "message"]

message_cap := sum([step.touches.cap | some step in messages])

objects(step) := max([step.touches.count, step.touches.cap])

many := [step | some step in input.plan.steps; objects(step) > input.runbooks[step.runbook.name].objectsPerRun]

constraints := [constraint |
	some step in messages
	constraint := {
		"kind": "cap",
		"stepIndex": step.index,
		"value": step.touches.cap,
		"fact": sprintf("%d ≤ %d messages", [step.touches.cap, limit.messages]),
		"text": sprintf("at most %d messages", [step.touches.cap]),
	}
]

finding := findings.deny(
	sprintf("the replicas of %s are not known", [unknown[0]]),
	sprintf("the replicas of %s can be read", [unknown[0]]),
	of_service(unknown),
) if {
	count(unknown) > 0
} else := findings.deny(
	sprintf("%d of %d replicas of %s unavailable", [unavailable(over[0]), input.services[over[0]].desired, over[0]]),
	sprintf("at most %s of %s at once", [findings.plural(replicas_allowed(over[0]), "replica", "replicas"), over[0]]),
	of_service(over),
) if {
	count(over) > 0
} else := findings.deny(
	sprintf("%d > %d messages", [message_cap, limit.messages]),
	sprintf("at most %d messages", [limit.messages]),
	[step.index | some step in messages],
) if {
	message_cap > limit.messages
} else := findings.deny(
	sprintf("%d > %d objects of %s", [objects(many[0]), input.runbooks[many[0].runbook.name].objectsPerRun, many[0].runbook.name]),
	sprintf("at most %d objects a run", [input.runbooks[many[0].runbook.name].objectsPerRun]),
	[step.index | some step in many],
) if {
	count(many) > 0
} else := findings.allow(touched, [step.index | some step in input.plan.steps; step.touches.unavailable > 0])

touched := sprintf("%s unavailable, %s moved", [
	findings.plural(sum([step.touches.unavailable | some step in input.plan.steps]), "replica", "replicas"),
	moved,
])

moved := "no message" if count(messages) == 0

moved := sprintf("at most %d messages", [message_cap]) if count(messages) > 0
