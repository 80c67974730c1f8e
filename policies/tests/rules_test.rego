# Each rule: a case that allows, one for every way to refuse, and its switch. The same cases run through the compiled wasm in
# packages/connectors/src/opa/policy-engine.test.ts.
package autoops.tests.rules_test

import data.autoops.remediation
import data.autoops.tests.base_input

effect_of(rule, places) := found if {
	verdict := remediation.decision with input as base_input.changed(places)
	found := [each.effect | some each in verdict.rules; each.ruleId == rule][0]
}

overall(places) := verdict.effect if {
	verdict := remediation.decision with input as base_input.changed(places)
}

steps(list) := [["plan/steps", list], ["plan/dryRun", {"ok": true, "steps": [{"index": each.index, "ok": true, "undoProven": true} | some each in list]}]]

# rule: the effect on the walk's plan, and what makes it refuse
cases := {
	"replica-cap": {"usual": "require-approval", "refusing": {
		"deny": [["environment/replicaCap/absolute", 5]],
		"require-approval": [["environment/replicaCap/withoutApproval", 5]],
	}},
	"approval-required": {"usual": "allow", "refusing": {"require-approval": [["plan/riskClass", "medium"]]}},
	"change-window": {"usual": "allow", "refusing": {"deny": [["windows", [{"days": ["thu"], "fromMinutes": 960, "toMinutes": 1080}]]]}},
	"freeze": {"usual": "allow", "refusing": {"deny": [["controls", [{"scope": "workspace", "level": "no-new", "reason": "storm"}]]]}},
	"action-budget": {"usual": "allow", "refusing": {"deny": [["targetsLastHour", ["a", "b", "c", "d", "e", "f", "g", "h"]]]}},
	"blast-radius": {"usual": "allow", "refusing": {"deny": [["environment/blastRadius/messages", 20]]}},
	"last-healthy-replica": {"usual": "allow", "refusing": {"deny": array.concat(steps([base_input.restart]), [["services/checkout/ready", 1]])}},
	"canary": {"usual": "allow", "refusing": {"deny": steps([object.union(base_input.restart, {"canary": false})])}},
	"time-to-live": {"usual": "allow", "refusing": {"deny": [["plan/steps/0/ttlSeconds", null]]}},
	"irreversible": {"usual": "allow", "refusing": {
		"require-approval": [["plan/steps/2/irreversible", true]],
		"deny": [["plan/steps/2/irreversible", true], ["environment/irreversible", "deny"]],
	}},
	"undo-proven": {"usual": "allow", "refusing": {"deny": [["plan/dryRun/steps/1/undoProven", false]]}},
	"class-d": {"usual": "allow", "refusing": {
		"deny": [["plan/steps/0/class", "D"]],
		"require-approval": [["plan/steps/0/class", "D"], ["environment/classD", "attended"]],
	}},
	"verification-independent": {"usual": "allow", "refusing": {"deny": [["plan/verification/0/view", "service"]]}},
	"runbook-toggle": {"usual": "allow", "refusing": {"deny": [["environment/toggles/runbooks", {"park-poison": "off"}]]}},
	"autonomy": {"usual": "allow", "refusing": {"deny": [["phase", "dispatch"]]}},
	"role": {"usual": "allow", "refusing": {"deny": [["actor/kind", "person"], ["actor/id", "olga"]]}},
	"error-budget": {"usual": "allow", "refusing": {"require-approval": [["environment/minimumBudgetLeft", 0.8]]}},
	"breaker": {"usual": "allow", "refusing": {
		"deny": [["breakers", [{"runbook": "park-poison", "targetKey": "prod/queue/orders", "state": "open"}]]],
		"require-approval": [["breakers", [{"runbook": "park-poison", "targetKey": "prod/queue/orders", "state": "half-open"}]]],
	}},
	"sensor-suspect": {"usual": "allow", "refusing": {"deny": [["sensor", {"targets": 20, "sick": 11, "agreeingProbe": false}]]}},
}

test_every_rule_has_its_cases if {
	verdict := remediation.decision with input as base_input.document
	{each.ruleId | some each in verdict.rules} == object_keys(cases)
}

object_keys(object) := {key | some key, _ in object}

test_usual_effect if {
	every rule, each in cases {
		effect_of(rule, []) == each.usual
	}
}

test_refusals if {
	every rule, each in cases {
		every effect, places in each.refusing {
			effect_of(rule, places) == effect
			overall(places) in {effect, "deny"}
		}
	}
}

test_a_rule_in_shadow_is_recorded_and_not_enforced if {
	every rule, each in cases {
		every effect, places in each.refusing {
			verdict := remediation.decision with input as base_input.changed(array.concat(places, [["environment/toggles/rules", {rule: "shadow"}]]))
			[rule, effect] in {[shadowed.ruleId, shadowed.effect] | some shadowed in verdict.shadowed}
			not decided_by(verdict, rule)
		}
	}
}

test_a_rule_that_is_off_says_so if {
	every rule, each in cases {
		every places in each.refusing {
			verdict := remediation.decision with input as base_input.changed(array.concat(places, [["environment/toggles/rules", {rule: "off"}]]))
			["off", "allow"] in {[found.toggle, found.effect] | some found in verdict.rules; found.ruleId == rule}
			not decided_by(verdict, rule)
		}
	}
}

decided_by(verdict, rule) if {
	verdict.effect != "allow"
	rule in verdict.ruleIds
}

test_every_refusal_says_what_would_do if {
	every each in cases {
		every places in each.refusing {
			verdict := remediation.decision with input as base_input.changed(places)
			every found in verdict.rules {
				says_what_would_do(found)
			}
		}
	}
}

says_what_would_do(found) if found.effect == "allow"

says_what_would_do(found) if count(found.toBeAllowed) > 5
