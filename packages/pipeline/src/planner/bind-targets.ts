import type { Runbook, Topology } from '@autoops/contracts';
import type { TargetState } from '../ports/target-connector.ts';
import { namesInScope } from './related-services.ts';

/** Whom an incident is about, and what there is to act on. */
export interface BindingScope {
  readonly environment: string;
  readonly incidentServices: readonly string[];
  readonly topology: Topology;
  readonly targets: readonly TargetState[];
  /** Keys of targets that another open incident's plan works on. */
  readonly claimed: ReadonlySet<string>;
  /** A person named the runbook: its scope does not count. */
  readonly anywhere?: boolean;
}

export interface Binding {
  readonly targets: readonly TargetState[];
  /** Why there is none. */
  readonly detail: string;
}

/** The targets that a runbook could be applied to: of its kind, in this environment, connected with the incident, and free. */
export function bindTargets(runbook: Runbook, scope: BindingScope): Binding {
  const { kind, service, name, scope: reach } = runbook.spec.target;
  const names = namesInScope(reach, scope.incidentServices, scope.topology);
  const fitting = scope.targets.filter(
    ({ target }) =>
      target.kind === kind &&
      target.environment === scope.environment &&
      (service === undefined || target.service === service) &&
      (name === undefined || target.name === name) &&
      (scope.anywhere === true || names.has(target.service) || names.has(target.name)) &&
      mayBeActedOn(target, scope.topology),
  );
  const free = fitting.filter(({ target }) => !scope.claimed.has(target.key));
  if (free.length > 0) return { targets: free, detail: '' };
  const wanted = `${kind}${name === undefined ? (service === undefined ? '' : ` of ${service}`) : ` ${name}`}`;
  const detail =
    fitting.length > 0
      ? `another plan works on ${wanted}`
      : `no ${wanted} in ${scope.environment} is connected with the incident`;
  return { targets: [], detail };
}

/** A job must be on the list of those that may be throttled. */
function mayBeActedOn({ kind, name }: TargetState['target'], topology: Topology): boolean {
  return kind !== 'job' || (topology.jobs.find((job) => job.name === name)?.throttleable ?? false);
}
