# What a rule may say.
package autoops.remediation.findings

allow(fact, step_indexes) := {"effect": "allow", "fact": fact, "stepIndexes": step_indexes}

deny(fact, to_be_allowed, step_indexes) := {
	"effect": "deny",
	"fact": fact,
	"toBeAllowed": to_be_allowed,
	"stepIndexes": step_indexes,
}

# `required` approvals of different people.
ask(required, fact, to_be_allowed, step_indexes) := {
	"effect": "require-approval",
	"required": required,
	"fact": fact,
	"toBeAllowed": to_be_allowed,
	"stepIndexes": step_indexes,
}

approvals(1) := sprintf("1 approval from an %s", [input.environment.approvals.role])

approvals(count) := sprintf("%d approvals from different people with the role %s", [count, input.environment.approvals.role]) if count != 1

all_steps := [step.index | some step in input.plan.steps]

# 192 minutes as "3 h 12 min".
duration(minutes) := sprintf("%d min", [minutes]) if minutes < 60

duration(minutes) := sprintf("%d h %d min", [floor(minutes / 60), minutes % 60]) if {
	minutes >= 60
	minutes < 1440
}

duration(minutes) := sprintf("%d days", [floor(minutes / 1440)]) if minutes >= 1440

percent(ratio) := round(ratio * 100)

plural(1, one, _) := sprintf("1 %s", [one])

plural(count, _, many) := sprintf("%d %s", [count, many]) if count != 1
