# Never the last healthy replica.
package autoops.remediation.rules.last_healthy_replica

import data.autoops.remediation.findings

title := "Last healthy replica"

order := 70

taking := [step | some step in input.plan.steps; step.touches.unavailable > 0]

services := {step.target.service | some step in taking}

unavailable(service) := sum([step.touches.unavailable | some step in taking; step.target.service == service])

left(service) := input.services[service].ready - unavailable(service)

enough(service) if left(service) >= 1

short := [service | some service in services; not enough(service)]

finding := findings.allow("no replica is made unavailable", []) if {
	count(taking) == 0
} else := findings.deny(
	sprintf("no healthy replica of %s would be left", [short[0]]),
	sprintf("another healthy replica of %s", [short[0]]),
	[step.index | some step in taking; step.target.service in short],
) if {
	count(short) > 0
} else := findings.allow(
	sprintf("%d healthy replicas left", [min([left(service) | some service in services])]),
	[step.index | some step in taking],
)
