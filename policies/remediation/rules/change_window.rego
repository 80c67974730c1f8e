# Changes are made in the environment's windows only (UTC). A window whose end lies before its start crosses midnight.
package autoops.remediation.rules.change_window

import data.autoops.remediation.findings

title := "Change window"

order := 30

days := ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

today := [position | some position, day in days; day == input.now.weekday][0]

# Minutes until an open window closes, by window.
closes_in contains window.toMinutes - input.now.minutes if {
	some window in input.windows
	input.now.weekday in window.days
	window.fromMinutes < window.toMinutes
	input.now.minutes >= window.fromMinutes
	input.now.minutes < window.toMinutes
}

closes_in contains (1440 - input.now.minutes) + window.toMinutes if {
	some window in input.windows
	input.now.weekday in window.days
	window.fromMinutes >= window.toMinutes
	input.now.minutes >= window.fromMinutes
}

closes_in contains window.toMinutes - input.now.minutes if {
	some window in input.windows
	days[(today + 6) % 7] in window.days
	window.fromMinutes >= window.toMinutes
	input.now.minutes < window.toMinutes
}

opens_in contains ((ahead * 1440) + window.fromMinutes) - input.now.minutes if {
	some window in input.windows
	some ahead in numbers.range(0, 7)
	days[(today + ahead) % 7] in window.days
	(ahead * 1440) + window.fromMinutes > input.now.minutes
}

clock(minutes) := sprintf("%02d:%02d UTC", [floor((minutes % 1440) / 60), minutes % 60])

at(ahead) := clock(input.now.minutes + ahead)

finding := findings.allow("no window set", []) if {
	count(input.windows) == 0
} else := findings.allow(sprintf("open until %s (%s)", [at(max(closes_in)), findings.duration(max(closes_in))]), []) if {
	is_number(today)
	count(closes_in) > 0
} else := findings.deny(
	sprintf("closed until %s (in %s)", [at(min(opens_in)), findings.duration(min(opens_in))]),
	sprintf("window opens %s (in %s)", [at(min(opens_in)), findings.duration(min(opens_in))]),
	[],
) if {
	is_number(today)
	count(opens_in) > 0
}
