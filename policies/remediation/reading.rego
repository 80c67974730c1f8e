# Which parts of the input policy needs, and of what type. Whatever is missing or of another type denies.
package autoops.remediation.reading

absent := {"absent": true}

at(document, path) := object.get(document, path, absent)

fits(value, types) if {
	value != absent
	type_name(value) in types
}

problems contains concat("/", path) if {
	some [path, types] in document_fields
	not fits(at(input, path), types)
}

problems contains sprintf("%s/%d/%s", [list, position, concat("/", path)]) if {
	some list, fields in list_fields
	some position, item in items(list)
	some [path, types] in fields
	not fits(at(item, path), types)
}

# Only a list has positions; what else is there, the field's type denies.
items(list) := found if {
	found := at(input, split(list, "/"))
	is_array(found)
}

steps := items("plan/steps")

# A list that holds something else than objects hides its fields.
problems contains sprintf("%s/%d", [list, position]) if {
	some list, _ in list_fields
	some position, item in items(list)
	not is_object(item)
}

problems contains "phase" if not input.phase in {"candidate", "plan", "approval", "dispatch", "what-if"}

problems contains "plan/steps" if count(steps) == 0

problems contains "plan/steps/index" if {
	[step.index | some step in steps] != [position | some position, _ in steps]
}

problems contains sprintf("plan/steps/%d/action/args/replicas", [position]) if {
	some position, step in steps
	step.action.kind == "scale"
	not whole_number(at(step, ["action", "args", "replicas"]))
}

problems contains sprintf("runbooks/%s", [step.runbook.name]) if {
	some step in steps
	not fits(at(input, ["runbooks", step.runbook.name]), {"object"})
}

problems contains sprintf("runbooks/%s/%s", [name, concat("/", path)]) if {
	some name, runbook in input.runbooks
	some [path, types] in runbook_fields
	not fits(at(runbook, path), types)
}

problems contains "plan/riskClass" if not input.plan.riskClass in {"low", "medium", "high"}

problems contains sprintf("plan/steps/%d/class", [position]) if {
	some position, step in steps
	not step.class in {"A", "B", "C", "D"}
}

problems contains sprintf("plan/steps/%d/touches", [position]) if {
	some position, step in steps
	some field in ["count", "cap", "unavailable"]
	step.touches[field] < 0
}

problems contains "autonomy/level" if not input.autonomy.level in {"shadow", "suggest", "auto"}

problems contains sprintf("environment/toggles/rules/%s", [id]) if {
	some id, toggle in input.environment.toggles.rules
	not toggle in {"off", "shadow", "on"}
}

problems contains sprintf("environment/toggles/runbooks/%s", [name]) if {
	some name, toggle in input.environment.toggles.runbooks
	not toggle in {"off", "shadow", "on"}
}

problems contains sprintf("controls/%d/level", [position]) if {
	some position, control in items("controls")
	not control.level in {"open", "no-new", "freeze"}
}

problems contains sprintf("breakers/%d/state", [position]) if {
	some position, breaker in items("breakers")
	not breaker.state in {"closed", "half-open", "open"}
}

problems contains sprintf("environment/%s", [field]) if {
	some field, choices in {"irreversible": {"deny", "require-approval", "allow"}, "classD": {"deny", "attended"}}
	not input.environment[field] in choices
}

whole_number(value) if {
	is_number(value)
	value >= 0
	floor(value) == value
}

document_fields := [
	[["phase"], {"string"}],
	[["now", "epochMs"], {"number"}],
	[["now", "weekday"], {"string"}],
	[["now", "minutes"], {"number"}],
	[["bundleDigest"], {"string"}],
	[["plan", "hash"], {"string"}],
	[["plan", "environment"], {"string"}],
	[["plan", "service"], {"string"}],
	[["plan", "riskClass"], {"string"}],
	[["plan", "author"], {"string"}],
	[["plan", "requester", "kind"], {"string"}],
	[["plan", "requester", "id"], {"string"}],
	[["plan", "steps"], {"array"}],
	[["plan", "dryRun"], {"object", "null"}],
	[["plan", "verification"], {"array"}],
	[["plan", "triggers"], {"object"}],
	[["runbooks"], {"object"}],
	[["services"], {"object"}],
	[["actor", "kind"], {"string"}],
	[["actor", "id"], {"string"}],
	[["actor", "permissions"], {"array"}],
	[["actor", "environments"], {"array"}],
	[["actor", "maxBlastRadius"], {"number", "null"}],
	[["approvals"], {"array"}],
	[["controls"], {"array"}],
	[["windows"], {"array"}],
	[["freezes"], {"array"}],
	[["actionsInFlight"], {"array"}],
	[["targetsLastHour"], {"array"}],
	[["budget", "left"], {"number", "null"}],
	[["autonomy", "level"], {"string"}],
	[["breakers"], {"array"}],
	[["sensor", "targets"], {"number"}],
	[["sensor", "sick"], {"number"}],
	[["sensor", "agreeingProbe"], {"boolean"}],
	[["environment", "environment"], {"string"}],
	[["environment", "replicaCap", "withoutApproval"], {"number"}],
	[["environment", "replicaCap", "absolute"], {"number"}],
	[["environment", "approvals", "always"], {"boolean"}],
	[["environment", "approvals", "low"], {"number"}],
	[["environment", "approvals", "medium"], {"number"}],
	[["environment", "approvals", "high"], {"number"}],
	[["environment", "approvals", "role"], {"string"}],
	[["environment", "blastRadius", "unavailableRatio"], {"number"}],
	[["environment", "blastRadius", "messages"], {"number"}],
	[["environment", "blastRadius", "perServiceInFlight"], {"number"}],
	[["environment", "blastRadius", "perEnvironmentInFlight"], {"number"}],
	[["environment", "blastRadius", "targetsPerHour"], {"number"}],
	[["environment", "irreversible"], {"string"}],
	[["environment", "classD"], {"string"}],
	[["environment", "minimumBudgetLeft"], {"number", "null"}],
	[["environment", "toggles", "rules"], {"object"}],
	[["environment", "toggles", "runbooks"], {"object"}],
]

runbook_fields := [
	[["author"], {"string"}],
	[["objectsPerRun"], {"number"}],
]

list_fields := {
	"plan/steps": [
		[["index"], {"number"}],
		[["runbook", "name"], {"string"}],
		[["class"], {"string"}],
		[["target", "key"], {"string"}],
		[["target", "service"], {"string"}],
		[["target", "environment"], {"string"}],
		[["action", "kind"], {"string"}],
		[["action", "args"], {"object"}],
		[["irreversible"], {"boolean"}],
		[["canary"], {"boolean"}],
		[["ttlSeconds"], {"number", "null"}],
		[["touches", "kind"], {"string"}],
		[["touches", "count"], {"number"}],
		[["touches", "cap"], {"number"}],
		[["touches", "unavailable"], {"number"}],
	],
	"plan/verification": [[["view"], {"string"}], [["indicator"], {"string"}]],
	"approvals": [
		[["planHash"], {"string"}],
		[["bundleDigest"], {"string"}],
		[["environment"], {"string"}],
		[["state"], {"string"}],
		[["requester"], {"string"}],
		[["expiresAtMs"], {"number"}],
		[["dispatchByMs"], {"number", "null"}],
		[["decisions"], {"array"}],
	],
	"controls": [[["scope"], {"string"}], [["level"], {"string"}], [["reason"], {"string"}]],
	"windows": [[["days"], {"array"}], [["fromMinutes"], {"number"}], [["toMinutes"], {"number"}]],
	"freezes": [[["fromMs"], {"number"}], [["toMs"], {"number"}], [["reason"], {"string"}], [["until"], {"string"}]],
	"actionsInFlight": [[["service"], {"string"}], [["targetKey"], {"string"}], [["rollback"], {"boolean"}]],
	"breakers": [[["runbook"], {"string"}], [["targetKey"], {"string"}], [["state"], {"string"}]],
}
