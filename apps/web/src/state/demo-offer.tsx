import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { CommandLine } from '../controls/command-line.tsx';
import { useAction } from '../controls/use-action.ts';
import { useRefusal, useSession } from '../shell/session.tsx';

/** A second AutoOps beside this one: another port and other data, so that nothing of this one is touched. */
const DEMO_COMMAND = 'AUTOOPS_PORT=8090 AUTOOPS_DATA_DIR=.autoops-demo npm start';

/** The ways out of an emptiness that no source fills yet: a source of one's own, or the demo. */
export function SourceOffer({ environment }: { readonly environment?: string | undefined }) {
  return (
    <>
      <ActionButton primary to="/integrations">
        Connect a source
      </ActionButton>
      <DemoOffer environment={environment} />
    </>
  );
}

/** The way from an empty list to a full one: breaks the demo shop, or says how to start it where there is none. */
export function DemoOffer({ environment = 'staging' }: { readonly environment?: string | undefined }) {
  const session = useSession();
  const refusal = useRefusal('aiops:remediate');
  const action = useAction<unknown>();
  const services = useQuery({ ...queries.services(), enabled: session.demo }).data?.items;
  // Before its services are learned, nothing that breaks looks unusual.
  const early =
    services !== undefined &&
    (services.some(({ state }) => state === 'learning') || services.every(({ state }) => state === 'no-data'));
  if (session.demo)
    return (
      <ActionButton
        busy={action.isPending}
        disabledBecause={refusal ?? (early ? 'The demo shop is still being learned.' : undefined)}
        onClick={() => action.mutate(calls.breakDemo('noisy-job', environment))}
      >
        Break the demo shop in {environment}
      </ActionButton>
    );
  return (
    <>
      <p>To see it filled, load the demo beside this one:</p>
      <CommandLine text={DEMO_COMMAND} />
    </>
  );
}
