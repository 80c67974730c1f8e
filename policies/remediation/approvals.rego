# Which people have approved exactly this plan and still may.
package autoops.remediation.approvals

approvers contains decision.actor.id if {
	some approval in input.approvals
	valid(approval)
	some decision in approval.decisions
	counts(decision, approval)
}

# It binds the plan's hash, the bundle and the environment, and ends by itself.
valid(approval) if {
	approval.planHash == input.plan.hash
	approval.bundleDigest == input.bundleDigest
	approval.environment == input.plan.environment
	approval.environment == input.environment.environment
	in_time(approval)
	not refused(approval)
}

in_time(approval) if {
	approval.state == "waiting"
	input.now.epochMs <= approval.expiresAtMs
}

in_time(approval) if {
	approval.state == "approved"
	is_number(approval.dispatchByMs)
	input.now.epochMs <= approval.dispatchByMs
}

in_time(approval) if {
	approval.state == "approved"
	is_null(approval.dispatchByMs)
	input.now.epochMs <= approval.expiresAtMs
}

# A run that has begun has used its approval up; the Remediator sees to it that no second run begins on it.
in_time(approval) if {
	approval.state == "used"
	input.phase == "dispatch"
}

refused(approval) if {
	some decision in approval.decisions
	decision.decision == "reject"
}

# Approver is not requester is not author, a person, and still permitted.
counts(decision, approval) if {
	decision.decision == "approve"
	decision.actor.kind == "person"
	decision.actor.id != input.plan.requester.id
	decision.actor.id != approval.requester
	decision.actor.id != input.plan.author
	not wrote(decision.actor.id)
	"autoops:approve" in decision.permissions
	serves(decision.environments)
	reaches(decision.maxBlastRadius)
}

wrote(id) if {
	some step in input.plan.steps
	input.runbooks[step.runbook.name].author == id
}

# An empty list of environments means all of them.
serves(environments) if count(environments) == 0

serves(environments) if input.plan.environment in environments

reaches(null)

reaches(limit) if {
	is_number(limit)
	touched <= limit
}

# Objects that the plan touches at most.
touched := sum([max([step.touches.count, step.touches.cap]) | some step in input.plan.steps])
