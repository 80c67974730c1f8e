import type { Runbook, Topology } from '@autoops/contracts';

type Scope = Runbook['spec']['target']['scope'];
type Walk = (service: string) => readonly string[];

function closure(start: readonly string[], next: Walk): ReadonlySet<string> {
  const found = new Set(start);
  for (const service of found) for (const other of next(service)) found.add(other);
  return found;
}

/** Services and jobs that share a resource with a service. */
function sharing(topology: Topology, name: string): readonly string[] {
  const parts = [...topology.services, ...topology.jobs];
  const used = parts.find((part) => part.name === name)?.usesResources ?? [];
  return parts
    .filter((part) => part.usesResources.some((resource) => used.includes(resource)))
    .map((part) => part.name);
}

/**
 * The names that a runbook's scope reaches from the services that an incident is about:
 * incident = these services; downstream = also what they depend on and whoever shares a resource with any of that;
 * upstream = also whoever depends on them; named = everything that is connected with them in any of these ways.
 */
export function namesInScope(scope: Scope, services: readonly string[], topology: Topology): ReadonlySet<string> {
  const dependencies: Walk = (name) => topology.services.find((service) => service.name === name)?.dependsOn ?? [];
  const dependents: Walk = (name) =>
    topology.services.filter((service) => service.dependsOn.includes(name)).map((service) => service.name);
  switch (scope) {
    case 'incident':
      return new Set(services);
    case 'downstream': {
      const down = closure(services, dependencies);
      return new Set([...down, ...[...down].flatMap((name) => sharing(topology, name))]);
    }
    case 'upstream':
      return closure(services, dependents);
    case 'named':
      return closure(services, (name) => [...dependencies(name), ...dependents(name), ...sharing(topology, name)]);
  }
}
