import type { Topology } from '@autoops/contracts';

/** How two services hang together, in words, and how many steps apart they are; undefined when they do not. */
export interface Relation {
  readonly hops: number;
  readonly words: string;
}

function dependencies(topology: Topology, service: string): readonly string[] {
  return topology.services.find((each) => each.name === service)?.dependsOn ?? [];
}

/** Number of calls from `caller` down to `callee`, undefined when there is no path. */
export function callDepth(topology: Topology, caller: string, callee: string): number | undefined {
  let frontier = [caller];
  const seen = new Set(frontier);
  for (let depth = 0; frontier.length > 0; depth++) {
    if (frontier.includes(callee)) return depth;
    frontier = frontier.flatMap((each) => dependencies(topology, each)).filter((each) => !seen.has(each));
    for (const each of frontier) seen.add(each);
  }
  return undefined;
}

function resourcesOf(topology: Topology, name: string): readonly string[] {
  const service = topology.services.find((each) => each.name === name);
  if (service !== undefined) return [...service.usesResources, ...(service.queue === undefined ? [] : [service.queue])];
  return topology.jobs.find((each) => each.name === name)?.usesResources ?? [];
}

/** Relation of two services (or jobs) by calls of at most two steps, by a shared resource, or by a service that both call. */
export function relate(topology: Topology, a: string, b: string): Relation | undefined {
  if (a === b) return { hops: 0, words: `same service (${a})` };
  const shared = resourcesOf(topology, a).find((resource) => resourcesOf(topology, b).includes(resource));
  const down = callDepth(topology, a, b);
  const up = callDepth(topology, b, a);
  const hops = Math.min(down ?? Number.POSITIVE_INFINITY, up ?? Number.POSITIVE_INFINITY);
  if (hops <= 2) {
    const [caller, callee] = down !== undefined && down === hops ? [a, b] : [b, a];
    return {
      hops,
      words: hops === 1 ? `${caller} depends on ${callee}` : `${caller} depends on ${callee} through another service`,
    };
  }
  if (shared !== undefined) {
    const title = topology.resources.find((resource) => resource.name === shared)?.title ?? shared;
    return { hops: 1, words: `${a} and ${b} share ${title}` };
  }
  // What is wrong with a service is often seen first by its callers, which do not know each other.
  const both = dependencies(topology, a).find((service) => dependencies(topology, b).includes(service));
  return both === undefined ? undefined : { hops: 2, words: `${a} and ${b} both depend on ${both}` };
}

/** The service nearest to the root: the one that no other depends less on; ties keep the order given. */
export function rootOf(topology: Topology, services: readonly string[]): string | undefined {
  return (
    services.find((service) =>
      services.every((other) => other === service || callDepth(topology, service, other) === undefined),
    ) ?? services[0]
  );
}

/** How many levels of services are called below a service, at most 2: how long it waits for the root to speak first. */
export function callLevels(topology: Topology, service: string): number {
  const below = dependencies(topology, service);
  if (below.length === 0) return 0;
  return below.some((each) => dependencies(topology, each).length > 0) ? 2 : 1;
}
