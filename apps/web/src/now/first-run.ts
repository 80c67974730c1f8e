import type { IncidentRow, ServiceResource } from '@autoops/contracts';

export interface FirstRunStep {
  readonly title: string;
  readonly text: string;
  readonly state: 'done' | 'now' | 'next';
  /** 0 to 1, where the step counts something. */
  readonly share?: number;
}

/** The way of a newcomer to the demo: learning, the announced break, the incident, the decision, the check. */
export interface FirstRun {
  readonly steps: readonly FirstRunStep[];
  /** A place to open, or the break that the demo waits for; undefined where there is nothing to do but to wait. */
  readonly invite: { readonly label: string; readonly to: string } | 'break' | undefined;
  /** A fix was verified: from then on the product explains itself. */
  readonly over: boolean;
}

/** How far the least learned service is, as [samples, needed]; undefined when all are learned. */
export function leastLearned(services: readonly Pick<ServiceResource, 'state' | 'learning'>[]) {
  const learning = services.flatMap((service) =>
    service.state === 'learning' && service.learning !== undefined ? [service.learning] : [],
  );
  return learning.toSorted((a, b) => a.samples - b.samples)[0];
}

/** How far the first run is. Made from what is there, nothing is remembered. */
export function firstRun(
  services: readonly Pick<ServiceResource, 'state' | 'learning'>[],
  incidents: readonly Pick<IncidentRow, 'name' | 'title' | 'state' | 'outcome' | 'environment'>[],
  broken: readonly string[],
): FirstRun {
  const least = leastLearned(services);
  const verified = incidents.find(({ outcome }) => outcome === 'verified');
  const incident = verified ?? incidents.find(({ state }) => state !== 'closed') ?? incidents[0];
  const learned = services.length > 0 && services.every(({ state }) => state !== 'learning' && state !== 'no-data');
  const decided = incident !== undefined && ['executing', 'verifying', 'closed'].includes(incident.state);
  const steps: (Omit<FirstRunStep, 'state'> & { readonly done: boolean; readonly invite?: FirstRun['invite'] })[] = [
    {
      title: 'Learn what is usual',
      text:
        least === undefined
          ? learned
            ? `${services.length} services are learned.`
            : 'Waiting for the first samples.'
          : `${least.samples} of ${least.of} samples, one each second; nothing is called unusual before that.`,
      ...(least === undefined || incident !== undefined
        ? {}
        : { share: least.of === 0 ? 0 : least.samples / least.of }),
      done: learned || incident !== undefined,
    },
    {
      title: 'The demo breaks, on purpose',
      text:
        broken.length > 0
          ? `Broken: ${broken.join(', ')}.`
          : incident !== undefined
            ? 'It was broken; only the sandbox is touched.'
            : 'By itself within 90 s of the first start, once: a job takes the shop’s database connections. Only the sandbox is touched.',
      invite: learned ? 'break' : undefined,
      done: broken.length > 0 || incident !== undefined,
    },
    {
      title: 'The incident arrives',
      text:
        incident === undefined
          ? 'It appears here by itself, about 10 s later.'
          : `${incident.name}: ${incident.title}.`,
      done: incident !== undefined,
    },
    {
      title: 'Look, then start the fix',
      text: 'What was seen, when the budget is gone, what is proposed and what policy says of it, on one page.',
      invite: incident && { label: `Open ${incident.name}`, to: `/incidents/${incident.name}` },
      done: decided,
    },
    {
      title: 'An independent signal says whether it helped',
      text:
        verified === undefined
          ? 'Its clients are asked, not the tool that acted. If it did not help, it is undone.'
          : `${verified.name} is verified: its clients were asked, not the tool that acted.`,
      invite: incident && { label: 'Watch it', to: `/incidents/${incident.name}` },
      done: verified !== undefined,
    },
  ];
  const current = steps.findIndex(({ done }) => !done);
  return {
    steps: steps.map(({ done, invite: _invite, ...step }, index) => ({
      ...step,
      state: done ? 'done' : index === current ? 'now' : 'next',
    })),
    invite:
      verified === undefined
        ? steps[current]?.invite
        : { label: 'Read its story', to: `/incidents/${verified.name}?tab=narrative` },
    over: verified !== undefined,
  };
}
