# What AutoOps may do with a plan. The entrypoint is `autoops/remediation/decision`; docs/reference/policy.md describes
# input and output. Every module under `autoops.remediation.rules` is one rule: adding a file adds a rule.
package autoops.remediation

import data.autoops.remediation.approvals
import data.autoops.remediation.reading
import data.autoops.remediation.rules

# Fails closed: an input with a hole in it, a rule without a finding, or anything that does not evaluate is a denial.
default decision := {
	"effect": "deny",
	"ruleIds": ["unreadable-input"],
	"rules": [{
		"ruleId": "unreadable-input",
		"title": "Readable input",
		"effect": "deny",
		"fact": "the input could not be read",
		"toBeAllowed": "an input that policy can read",
		"toggle": "on",
		"stepIndexes": [],
	}],
	"steps": [],
	"facts": ["the input could not be read"],
	"constraints": [],
	"toBeAllowed": ["an input that policy can read"],
	"approvals": {"required": 0, "given": 0, "role": "approver"},
	"shadowed": [],
}

decision := unreadable if count(problems) > 0

decision := verdict if count(problems) == 0

# Rules are asked only about an input that can be read.
problems := reading.problems if count(reading.problems) > 0

problems := silent if count(reading.problems) == 0

# A rule that says nothing has met something that it cannot read.
silent contains sprintf("rule %s has no finding", [id]) if {
	some id in rule_ids
	not rule_of[id].finding
}

# What every rule says, read once: asked for by name, the whole of them would be put together again each time.
rule_of := {replace(name, "_", "-"): rule | some name, rule in rules; rule.title}

rule_ids := {id | some id, _ in rule_of}

unreadable := {
	"effect": "deny",
	"ruleIds": ["unreadable-input"],
	"rules": [{
		"ruleId": "unreadable-input",
		"title": "Readable input",
		"effect": "deny",
		"fact": unreadable_fact,
		"toBeAllowed": "an input that policy can read",
		"toggle": "on",
		"stepIndexes": [],
	}],
	"steps": [],
	"facts": [unreadable_fact],
	"constraints": [],
	"toBeAllowed": ["an input that policy can read"],
	"approvals": {"required": 0, "given": 0, "role": "approver"},
	"shadowed": [],
}

unreadable_fact := sprintf("cannot read %s", [concat(", ", sort(problems))])

toggle_of(id) := object.get(input.environment.toggles.rules, id, "on")

finding_of(id) := rule_of[id].finding

# Rules that are switched on and want approvals, before it is known whether they have them.
asking contains id if {
	some id in rule_ids
	toggle_of(id) == "on"
	finding_of(id).effect == "require-approval"
}

required := max({0} | {finding_of(id).required | some id in asking})

given := count(approvals.approvers)

met if given >= required

# A rule's decision as it is shown: a requirement that is met reads as allowed and says by whom.
decisions[id] := {
	"ruleId": id,
	"title": rule_of[id].title,
	"effect": "allow",
	"fact": sprintf("switched off in %s", [input.environment.environment]),
	"toggle": "off",
	"stepIndexes": [],
} if {
	some id in rule_ids
	toggle_of(id) == "off"
}

decisions[id] := shown(id, "allow", sprintf("%s; approved by %s", [finding_of(id).fact, concat(" and ", sort(approvals.approvers))])) if {
	some id in asking
	met
}

decisions[id] := shown(id, finding_of(id).effect, finding_of(id).fact) if {
	some id in rule_ids
	toggle_of(id) != "off"
	not met_ask(id)
}

met_ask(id) if {
	id in asking
	met
}

shown(id, effect, fact) := object.union(
	{
		"ruleId": id,
		"title": rule_of[id].title,
		"effect": effect,
		"fact": fact,
		"toggle": toggle_of(id),
		"stepIndexes": finding_of(id).stepIndexes,
	},
	to_be_allowed(finding_of(id), effect),
)

to_be_allowed(_, "allow") := {}

to_be_allowed(finding, effect) := {"toBeAllowed": finding.toBeAllowed} if effect != "allow"

# Rules in the order in which people read them.
ordered := [decisions[pair[1]] |
	some pair in sort([[rule_of[id].order, id] | some id in rule_ids])
]

enforced := [each | some each in ordered; each.toggle == "on"]

denying := [each | some each in enforced; each.effect == "deny"]

requiring := [each | some each in enforced; each.effect == "require-approval"]

effect := "deny" if count(denying) > 0

effect := "require-approval" if {
	count(denying) == 0
	count(requiring) > 0
}

effect := "allow" if {
	count(denying) == 0
	count(requiring) == 0
}

# Who decided: whatever forbade; else whatever wants a person; else whatever a person answered; else all that agreed.
deciding := denying if effect == "deny"

deciding := requiring if effect == "require-approval"

deciding := answered if {
	effect == "allow"
	count(answered) > 0
}

deciding := enforced if {
	effect == "allow"
	count(answered) == 0
}

answered := [each | some each in enforced; each.ruleId in asking]

verdict := {
	"effect": effect,
	"ruleIds": [each.ruleId | some each in deciding],
	"rules": ordered,
	"steps": steps,
	"facts": [each.fact | some each in deciding],
	"constraints": constraints,
	"toBeAllowed": what_would_do,
	"approvals": {"required": required, "given": given, "role": input.environment.approvals.role},
	"shadowed": [each | some each in ordered; each.toggle == "shadow"; each.effect != "allow"],
}

what_would_do := [] if effect == "allow"

what_would_do := [each.toBeAllowed | some each in deciding] if effect != "allow"

# Constraints: what holds for a step that may run.
constraints := [constraint |
	some id in sort(rule_ids)
	toggle_of(id) == "on"
	some found in rule_of[id].constraints
	constraint := object.union(found, {"ruleId": id})
]

concerns(each, _) if count(each.stepIndexes) == 0

concerns(each, index) if index in each.stepIndexes

steps := [step_verdict(step.index) | some step in input.plan.steps]

# One deciding rule for each step: the first that blocks it, wants a person for it, constrains it or allows it.
step_verdict(index) := {
	"index": index,
	"effect": "blocked",
	"ruleId": each.ruleId,
	"fact": each.fact,
	"toBeAllowed": each.toBeAllowed,
} if {
	each := [each | some each in denying; concerns(each, index)][0]
} else := {
	"index": index,
	"effect": "constrained",
	"ruleId": each.ruleId,
	"fact": each.fact,
	"constraint": sprintf("%d of %d approvals", [given, required]),
	"toBeAllowed": each.toBeAllowed,
} if {
	each := [each | some each in requiring; concerns(each, index)][0]
} else := {
	"index": index,
	"effect": "constrained",
	"ruleId": found.ruleId,
	"fact": found.fact,
	"constraint": found.text,
} if {
	found := [found | some found in constraints; found.stepIndex == index][0]
} else := {
	"index": index,
	"effect": "allowed",
	"ruleId": each.ruleId,
	"fact": each.fact,
} if {
	each := [each | some each in enforced; index in each.stepIndexes][0]
} else := {
	"index": index,
	"effect": "allowed",
	"ruleId": "approval-required",
	"fact": "no rule concerns this step",
}
