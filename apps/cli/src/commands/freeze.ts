import { Control } from '@autoops/contracts';
import { Command } from 'commander';
import { z } from 'zod';
import { print } from '../output/print.ts';
import { connected } from './connected.ts';

const ControlChanged = z.looseObject({ control: Control.optional(), auditId: z.string().optional() });

/** `autoops freeze|unfreeze [--scope]`: the kill switch. */
export function freezeCommand(verb: 'freeze' | 'unfreeze'): Command {
  const command = new Command(verb)
    .description(verb === 'freeze' ? 'stop automation: nothing leaves any more' : 'let automation go on')
    .option('--scope <scope>', 'workspace, environment:<name> or runbook:<name>', 'workspace')
    .option('--reason <text>', 'why', `${verb} from the command line`);
  if (verb === 'freeze')
    command.option('--new-only', 'only keep new runs from starting; running ones and rollbacks go on');
  return connected<{ scope: string; reason: string; newOnly?: boolean }>(
    command,
    'operator',
    async (client, _args, options) => {
      const level = verb === 'unfreeze' ? 'open' : options.newOnly ? 'no-new' : 'freeze';
      const { body } = await client.call(
        'PUT',
        `/api/v1/controls/${encodeURIComponent(options.scope)}`,
        ControlChanged,
        { body: { level, reason: options.reason } },
      );
      print(
        `${options.scope} is ${level === 'open' ? 'open' : level}${body.auditId === undefined ? '' : ` (audit ${body.auditId})`}.`,
      );
    },
  );
}
