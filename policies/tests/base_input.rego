# The walk's plan in production on a quiet afternoon: everything is allowed but the sixth replica.
package autoops.tests.base_input

document := {
	"phase": "plan",
	"now": {"at": "2026-01-15T15:00:00.000Z", "epochMs": 1768489200000, "weekday": "thu", "minutes": 900},
	"bundleDigest": "bundle",
	"plan": {
		"id": "plan-1",
		"hash": "hash",
		"version": 1,
		"incidentId": "incident-1",
		"environment": "prod",
		"service": "checkout",
		"riskClass": "low",
		"reversible": true,
		"author": "autoops",
		"requester": {"kind": "system", "id": "planner"},
		"steps": [throttle, scale, park],
		"verification": [{"indicator": "client_error_ratio", "view": "client", "source": "clients"}],
		"triggers": {"throttle-noisy-job": ["service"], "scale-replicas": ["service"], "park-poison": ["service"]},
		"dryRun": {"ok": true, "steps": [{"index": index, "ok": true, "undoProven": true} | some index in [0, 1, 2]]},
	},
	"runbooks": {name: {"author": "autoops", "riskClass": "low", "objectsPerRun": 50, "objectsPerHour": 100} |
		some name in ["throttle-noisy-job", "scale-replicas", "park-poison", "rolling-restart"]
	},
	"services": {"checkout": {"desired": 4, "ready": 4}},
	"actor": {"kind": "system", "id": "planner", "permissions": [], "environments": [], "maxBlastRadius": null},
	"approvals": [],
	"controls": [],
	"windows": [],
	"freezes": [],
	"actionsInFlight": [],
	"targetsLastHour": [],
	"budget": {"left": 0.6},
	"autonomy": {"level": "suggest"},
	"breakers": [],
	"sensor": {"targets": 4, "sick": 4, "agreeingProbe": false},
	"environment": {
		"environment": "prod",
		"replicaCap": {"withoutApproval": 5, "absolute": 12},
		"approvals": {"always": false, "low": 0, "medium": 1, "high": 2, "role": "approver"},
		"blastRadius": {
			"unavailableRatio": 0.25,
			"messages": 50,
			"perServiceInFlight": 1,
			"perEnvironmentInFlight": 3,
			"targetsPerHour": 10,
			"rollbackReservePerHour": 20,
		},
		"irreversible": "require-approval",
		"classD": "deny",
		"minimumBudgetLeft": null,
		"toggles": {"rules": {}, "runbooks": {}},
	},
}

throttle := step(0, "throttle-noisy-job", "job/reindex", "reindex", {
	"action": {"kind": "throttle-job", "args": {"percent": 10}},
	"ttlSeconds": 900,
	"touches": {"kind": "job", "count": 1, "cap": 1, "unavailable": 0},
})

scale := step(1, "scale-replicas", "checkout", "checkout", {
	"action": {"kind": "scale", "args": {"replicas": 6}},
	"touches": {"kind": "replica", "count": 2, "cap": 2, "unavailable": 0},
})

park := step(2, "park-poison", "queue/orders", "orders", {
	"action": {"kind": "park", "args": {"max": 50}},
	"touches": {"kind": "message", "count": 12, "cap": 50, "unavailable": 0},
})

restart := step(0, "rolling-restart", "checkout", "checkout", {
	"action": {"kind": "restart", "args": {}},
	"canary": true,
	"touches": {"kind": "replica", "count": 4, "cap": 4, "unavailable": 1},
})

step(index, runbook, key, service, more) := object.union(
	{
		"index": index,
		"runbook": {"name": runbook, "version": 1, "digest": "digest"},
		"class": "C",
		"target": {"key": sprintf("prod/%s", [key]), "service": service, "environment": "prod"},
		"irreversible": false,
		"canary": false,
		"ttlSeconds": null,
	},
	more,
)

# The document with some places replaced: `[["plan/riskClass", "high"], ...]`.
changed(places) := json.patch(document, [{"op": "replace", "path": place[0], "value": place[1]} | some place in places])

approval(by) := {
	"planHash": "hash",
	"bundleDigest": "bundle",
	"environment": "prod",
	"state": "approved",
	"requester": "planner",
	"expiresAtMs": 1768491000000,
	"dispatchByMs": 1768490100000,
	"decisions": [{
		"actor": {"kind": "person", "id": person},
		"decision": "approve",
		"permissions": ["autoops:approve"],
		"environments": [],
		"maxBlastRadius": null,
	} |
		some person in by
	],
}
