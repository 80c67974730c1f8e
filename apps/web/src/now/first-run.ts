import type { IncidentRow, ServiceResource } from '@autoops/contracts';

export interface FirstRunStep {
  readonly title: string;
  readonly text: string;
  readonly state: 'done' | 'now' | 'next';
  /** 0 to 1, where the step counts something. */
  readonly share?: number;
  /** What to do now: a place to open, or the break that the demo waits for. */
  readonly invite?: { readonly label: string; readonly to: string } | 'break';
}

/** How far the least learned service is, as [samples, needed]; undefined when all are learned. */
export function leastLearned(services: readonly Pick<ServiceResource, 'state' | 'learning'>[]) {
  const learning = services.flatMap((service) =>
    service.state === 'learning' && service.learning !== undefined ? [service.learning] : [],
  );
  return learning.toSorted((a, b) => a.samples - b.samples)[0];
}

/**
 * What a newcomer to the demo sees until the first verified fix: learning, the announced break, the incident, the decision, the check.
 * Made from what is there, nothing is remembered; undefined once a fix was verified, for then the product explains itself.
 */
export function firstRunSteps(
  services: readonly Pick<ServiceResource, 'state' | 'learning'>[],
  incidents: readonly Pick<IncidentRow, 'name' | 'title' | 'state' | 'outcome' | 'environment'>[],
  broken: readonly string[],
): readonly FirstRunStep[] | undefined {
  if (incidents.some((incident) => incident.outcome === 'verified')) return undefined;
  const least = leastLearned(services);
  const incident = incidents.find((each) => each.state !== 'closed') ?? incidents[0];
  const learned = services.length > 0 && services.every(({ state }) => state !== 'learning' && state !== 'no-data');
  const decided = incident !== undefined && ['executing', 'verifying', 'closed'].includes(incident.state);
  const reached = [learned || incident !== undefined, broken.length > 0 || incident !== undefined];
  const open = (label: string) => (incident === undefined ? undefined : { label, to: `/incidents/${incident.name}` });
  const steps: (Omit<FirstRunStep, 'state'> & { readonly done: boolean })[] = [
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
      done: reached[0] === true,
    },
    {
      title: 'The demo breaks, on purpose',
      text:
        broken.length > 0
          ? `Broken: ${broken.join(', ')}.`
          : incident !== undefined
            ? 'It was broken; only the sandbox is touched.'
            : 'By itself within 90 s of the first start, once: a job takes the shop’s database connections. Only the sandbox is touched.',
      ...(learned && broken.length === 0 && incident === undefined ? { invite: 'break' as const } : {}),
      done: reached[1] === true,
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
      ...(incident === undefined || decided ? {} : { invite: open(`Open ${incident.name}`) ?? 'break' }),
      done: decided,
    },
    {
      title: 'An independent signal says whether it helped',
      text: 'Its clients are asked, not the tool that acted. If it did not help, it is undone.',
      ...(decided ? { invite: open('Watch it') ?? 'break' } : {}),
      done: false,
    },
  ];
  const current = steps.findIndex((step) => !step.done);
  return steps.map(({ done, ...step }, index) => ({
    ...step,
    state: done ? 'done' : index === current ? 'now' : 'next',
  }));
}
