import { Command } from 'commander';
import { z } from 'zod';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { Client } from '../api/client.ts';
import { findConnection } from '../api/connection.ts';
import { walk } from '../demo/walk.ts';
import { formatOf, print, printDocument, printTable } from '../output/print.ts';
import { connected, endWithItsCode } from './connected.ts';

const FAULTS = [
  'noisy-job',
  'poison-message',
  'bad-release',
  'slow-dependency',
  'memory-leak',
  'crashed-replica',
  'traffic-surge',
  'lying-health-check',
  'two-at-once',
];
const Effects = z.object({
  items: z.array(
    z.looseObject({ opId: z.string(), kind: z.string(), target: z.string(), at: z.string(), applied: z.boolean() }),
  ),
});
const DemoState = z.looseObject({ ledger: Effects });

/** A demo environment; anything else is a usage error. */
function environmentOf(name: string): 'staging' | 'prod' {
  if (name === 'staging' || name === 'prod') return name;
  throw new CommandError(`--environment is staging or prod, not "${name}".`, EXIT.usage);
}

function breakCommand(): Command {
  const command = new Command('break')
    .description('break the demo shop on command')
    .argument('<fault>', FAULTS.join(', '))
    .option('-e, --environment <name>', 'staging or prod', 'staging');
  return connected<{ environment: string }>(command, 'operator', async (client, [fault = ''], options) => {
    if (!FAULTS.includes(fault))
      throw new CommandError(`"${fault}" is not a fault; it is one of ${FAULTS.join(', ')}.`, EXIT.usage);
    await client.call('POST', '/api/v1/demo/break', z.unknown(), {
      body: { fault, environment: environmentOf(options.environment) },
    });
    print(`${fault} is on in ${options.environment}. Watch it: ${client.url}`);
  });
}

function resetCommand(): Command {
  const command = new Command('reset')
    .description('heal the demo shop and close its incidents')
    .option('-e, --environment <name>', 'staging or prod (default: both)');
  return connected<{ environment?: string }>(command, 'operator', async (client, _args, options) => {
    await client.call('POST', '/api/v1/demo/reset', z.unknown(), {
      body: options.environment === undefined ? {} : { environment: environmentOf(options.environment) },
    });
    print('The demo shop is healed.');
  });
}

function effectsCommand(): Command {
  const command = new Command('effects')
    .description("the demo shop's own ledger of what was really done to it")
    .option('-o, --output <format>', 'table, json or yaml', 'table');
  return connected<{ output: string }>(command, 'operator', async (client, _args, options) => {
    const { ledger } = await client.get('/api/v1/demo', DemoState);
    const format = formatOf(options.output);
    if (format === 'json' || format === 'yaml') return printDocument(ledger, format);
    printTable(
      ['at', 'kind', 'target', 'applied', 'operation'],
      ledger.items.map((item) => [item.at, item.kind, item.target, String(item.applied), item.opId]),
    );
  });
}

function walkCommand(): Command {
  return new Command('walk')
    .description('the eight steps without a browser: spike, forecast, plan, evaluate, execute, verify, explain, export')
    .option('-e, --environment <name>', 'staging or prod', 'staging')
    .requiredOption('--out <dir>', 'where brief.pdf and bundle.json are written')
    .action((options: { environment: string; out: string }) =>
      endWithItsCode(false, async () => {
        const environment = environmentOf(options.environment);
        const operator = new Client(findConnection(process.env, 'operator'));
        const approver = new Client(findConnection(process.env, 'approver'));
        process.exitCode = await walk({ operator, approver, environment, outDirectory: options.out });
      }),
    );
}

/** `autoops demo break|reset|effects|walk`. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('the demo shop: break it, heal it, walk through')
    .addCommand(breakCommand())
    .addCommand(resetCommand())
    .addCommand(effectsCommand())
    .addCommand(walkCommand());
}
