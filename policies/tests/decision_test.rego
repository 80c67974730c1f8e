# How findings become one verdict, approvals, and failing closed.
package autoops.tests.decision_test

import data.autoops.remediation
import data.autoops.tests.base_input

decide(places) := verdict if {
	verdict := remediation.decision with input as base_input.changed(places)
}

test_one_approval_for_the_sixth_replica if {
	verdict := decide([])
	verdict.effect == "require-approval"
	verdict.ruleIds == ["replica-cap"]
	verdict.facts == ["6 > 5 replicas without approval"]
	verdict.toBeAllowed == ["at most 5 replicas, or 1 approval from an approver"]
	verdict.approvals == {"required": 1, "given": 0, "role": "approver"}
	[each.effect | some each in verdict.steps] == ["constrained", "constrained", "constrained"]
}

test_five_replicas_need_none if {
	verdict := decide([["plan/steps/1/action/args/replicas", 5]])
	verdict.effect == "allow"
	verdict.steps[1].fact == "5 ≤ 5 replicas"
}

test_an_approval_allows if {
	verdict := decide([["approvals", [base_input.approval(["anna"])]]])
	verdict.effect == "allow"
	verdict.facts == ["6 > 5 replicas without approval; approved by anna"]
}

test_a_denial_beats_an_approval if {
	decide([
		["approvals", [base_input.approval(["anna"])]],
		["environment/replicaCap/absolute", 5],
	]).effect == "deny"
}

test_one_blocked_step_blocks_the_plan if {
	verdict := decide([["environment/blastRadius/messages", 20]])
	verdict.effect == "deny"
	[each.effect | some each in verdict.steps] == ["constrained", "constrained", "blocked"]
}

foreign := {
	"another plan": ["planHash", "other"],
	"another bundle": ["bundleDigest", "other"],
	"another environment": ["environment", "staging"],
	"void": ["state", "void"],
	"used": ["state", "used"],
	"too late": ["dispatchByMs", 1768489199999],
	"the requester": ["requester", "anna"],
}

test_approvals_that_do_not_count if {
	every change in foreign {
		given := object.union(base_input.approval(["anna"]), {change[0]: change[1]})
		decide([["approvals", [given]]]).effect == "require-approval"
	}
}

test_two_people_for_high_risk if {
	high := ["plan/riskClass", "high"]
	decide([high, ["approvals", [base_input.approval(["anna", "anna"])]]]).effect == "require-approval"
	decide([high, ["approvals", [base_input.approval(["anna", "ben"])]]]).effect == "allow"
}

test_no_input_is_a_denial if {
	verdict := remediation.decision with input as {}
	verdict.effect == "deny"
	verdict.ruleIds == ["unreadable-input"]
}

test_a_hole_is_a_denial if {
	every path in ["plan/hash", "plan/steps/0/touches/cap", "now/epochMs", "environment/replicaCap/absolute", "autonomy/level"] {
		document := json.patch(base_input.document, [{"op": "remove", "path": path}])
		verdict := remediation.decision with input as document
		verdict.ruleIds == ["unreadable-input"]
		contains(verdict.facts[0], split(path, "/")[0])
	}
}
