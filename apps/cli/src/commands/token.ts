import { Command } from 'commander';
import { z } from 'zod';
import { print, say } from '../output/print.ts';
import { connected } from './connected.ts';

const TokenCreated = z.looseObject({ token: z.string(), id: z.string().optional() });

/** `autoops token create --role ROLE`: prints the token alone on its last line. */
export function tokenCommand(): Command {
  const create = new Command('create')
    .description('create an opaque token; it is shown once')
    .requiredOption('--role <role>', 'ingest, viewer, operator, approver or admin')
    .option('--workspace <name>', 'workspace', 'default')
    .option('--source <name>', 'bind an ingest token to a source')
    .option('--name <name>', 'what it is for')
    .option('-e, --environment <names...>', 'only these environments');
  connected<{ role: string; workspace: string; source?: string; name?: string; environment?: string[] }>(
    create,
    'admin',
    async (client, _args, options) => {
      const { body } = await client.call('POST', '/api/v1/tokens', TokenCreated, {
        body: {
          role: options.role,
          workspace: options.workspace,
          ...(options.source === undefined ? {} : { source: options.source }),
          name: options.name ?? `${options.role} from the command line`,
          ...(options.environment === undefined ? {} : { environments: options.environment }),
        },
      });
      say('Keep it: it is not shown again.');
      print(body.token);
    },
  );
  return new Command('token').description('access tokens').addCommand(create);
}
