# When most of a large scope is sick at once and no independent probe agrees, the sensor is the suspect.
package autoops.remediation.rules.sensor_suspect

import data.autoops.remediation.findings

title := "Sensor suspect"

order := 190

least_targets := 10

sick_ratio := 0.55

sensor := input.sensor

suspect if {
	sensor.targets >= least_targets
	sensor.sick >= sick_ratio * sensor.targets
	sensor.agreeingProbe == false
}

finding := findings.deny(
	sprintf("%d of %d targets sick and no independent probe agrees", [sensor.sick, sensor.targets]),
	"an independent probe that agrees",
	[],
) if {
	suspect
} else := findings.allow(sprintf("%d of %d targets sick", [sensor.sick, sensor.targets]), [])
