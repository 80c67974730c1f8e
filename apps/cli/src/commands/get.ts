import { Command } from 'commander';
import { z } from 'zod';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { formatOf, printDocument, print, printTable, type Format } from '../output/print.ts';
import { connected } from './connected.ts';

type Row = Record<string, unknown>;
const Listing = z.looseObject({ items: z.array(z.record(z.string(), z.unknown())), next: z.string().optional() });

const text = (value: unknown): string => {
  if (value === undefined || value === null) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
const field =
  (name: string) =>
  (row: Row): string =>
    text(row[name]);
const hash =
  (name: string) =>
  (row: Row): string =>
    text(row[name]).slice(0, 8);
const percent =
  (name: string) =>
  (row: Row): string =>
    typeof row[name] === 'number' ? `${(row[name] * 100).toFixed(1)} %` : '-';

/** Kinds of the API with the columns of their tables; `wide` adds the last ones. */
const KINDS: Readonly<
  Record<
    string,
    {
      readonly columns: readonly (readonly [string, (row: Row) => string])[];
      readonly wide?: readonly (readonly [string, (row: Row) => string])[];
    }
  >
> = {
  services: {
    columns: [
      ['id', field('id')],
      ['state', field('state')],
      ['owner', field('owner')],
    ],
    wide: [['depends on', field('dependsOn')]],
  },
  slos: {
    columns: [
      ['id', field('id')],
      ['target', percent('target')],
      ['budget left', percent('budgetLeft')],
      ['state', field('state')],
    ],
    wide: [['observed s', field('observedSeconds')]],
  },
  incidents: {
    columns: [
      ['name', field('name')],
      ['severity', field('severity')],
      ['state', field('state')],
      ['outcome', field('outcome')],
      ['service', field('service')],
      ['environment', field('environment')],
      ['opened', field('openedAt')],
    ],
    wide: [
      ['title', field('title')],
      ['id', field('id')],
    ],
  },
  anomalies: {
    columns: [
      ['id', field('id')],
      ['service', field('service')],
      ['environment', field('environment')],
      ['indicator', field('indicator')],
      ['score', field('score')],
      ['opened', field('openedAt')],
      ['closed', field('closedAt')],
    ],
  },
  forecasts: {
    columns: [
      ['id', field('id')],
      ['slo', field('slo')],
      ['environment', field('environment')],
      ['issued', field('issuedAt')],
      ['budget left', percent('budgetLeft')],
    ],
  },
  plans: {
    columns: [
      ['id', field('id')],
      ['state', field('state')],
      ['environment', field('environment')],
      ['title', field('title')],
    ],
    wide: [['hash', hash('hash')]],
  },
  runs: {
    columns: [
      ['id', field('id')],
      ['state', field('state')],
      ['service', field('service')],
      ['environment', field('environment')],
      ['created', field('createdAt')],
    ],
  },
  approvals: {
    columns: [
      ['id', field('id')],
      ['state', field('state')],
      ['environment', field('environment')],
      ['summary', field('summary')],
      ['expires', field('expiresAt')],
    ],
  },
  runbooks: {
    columns: [
      ['name', field('name')],
      ['version', field('version')],
      ['risk', field('riskClass')],
      ['reversible', field('reversible')],
      ['worked', (row) => `${text(row['succeeded'])} of ${text(row['runs'])}`],
    ],
  },
  policies: {
    columns: [
      ['id', field('id')],
      ['title', field('title')],
    ],
  },
  'rate-cards': {
    columns: [
      ['name', field('name')],
      ['version', field('version')],
      ['currency', field('currency')],
      ['owner', field('owner')],
    ],
  },
  series: {
    columns: [
      ['id', field('id')],
      ['unit', field('unit')],
      ['state', field('state')],
      ['newest', field('newestAt')],
    ],
  },
  audit: {
    columns: [
      ['seq', field('seq')],
      ['at', field('at')],
      ['verb', field('verb')],
      ['summary', field('summary')],
    ],
  },
  integrations: {
    columns: [
      ['name', field('name')],
      ['type', field('type')],
      ['last signal', field('lastSignalAt')],
      ['errors', field('errors')],
    ],
  },
  controls: {
    columns: [
      ['scope', field('scope')],
      ['level', field('level')],
      ['reason', field('reason')],
    ],
  },
  deliveries: {
    columns: [
      ['id', field('id')],
      ['type', field('type')],
      ['state', field('state')],
      ['attempts', field('attempts')],
    ],
  },
};

interface GetOptions {
  readonly output: string;
  readonly environment?: string;
  readonly service?: string;
  readonly state?: string;
  readonly limit?: string;
  readonly cursor?: string;
  readonly watch?: boolean;
}

function show(kind: string, body: z.infer<typeof Listing>, format: Format): void {
  if (format === 'json' || format === 'yaml') return printDocument(body, format);
  if (format === 'name') return print(body.items.map((item) => text(item['name'] ?? item['id'])).join('\n'));
  const shape = KINDS[kind];
  if (!shape) return;
  const columns = format === 'wide' ? [...shape.columns, ...(shape.wide ?? [])] : shape.columns;
  if (body.items.length === 0) return print(`No ${kind} yet.`);
  printTable(
    columns.map(([title]) => title),
    body.items.map((item) => columns.map(([, read]) => read(item))),
  );
  if (body.next !== undefined) print(`More: --cursor ${body.next}`);
}

/** `autoops get KIND [ID]`: the resources of the API. */
export function getCommand(): Command {
  const command = new Command('get')
    .description('list resources, or show one')
    .argument('<kind>', `one of ${Object.keys(KINDS).join(', ')}`)
    .argument('[id]', 'one resource; incidents also by INC-number')
    .option('-o, --output <format>', 'table, wide, json, yaml or name', 'table')
    .option('-e, --environment <name>', 'only this environment')
    .option('--service <name>', 'only this service')
    .option('--state <state>', 'only this state')
    .option('--limit <n>', 'at most so many')
    .option('--cursor <cursor>', 'the next page')
    .option('-w, --watch', 'print again every 2 seconds until interrupted')
    .addHelpText(
      'after',
      '\nExamples:\n  autoops get incidents -o json\n  autoops get incidents INC-0001 -o yaml\n  autoops get runs --environment prod',
    );
  return connected<GetOptions>(command, 'operator', async (client, [kind = '', id = ''], options) => {
    const format = formatOf(options.output);
    const known = kind in KINDS ? kind : `${kind}s` in KINDS ? `${kind}s` : undefined;
    if (known === undefined)
      throw new CommandError(`"${kind}" is not a kind; it is one of ${Object.keys(KINDS).join(', ')}.`, EXIT.usage);
    if (id !== '') {
      const one = await client.get(`/api/v1/${known}/${encodeURIComponent(id)}`, z.record(z.string(), z.unknown()));
      return format === 'json' || format === 'yaml'
        ? printDocument(one, format)
        : show(known, { items: [one] }, format);
    }
    const query = new URLSearchParams();
    for (const name of ['environment', 'service', 'state', 'limit', 'cursor'] as const) {
      const value = options[name];
      if (value !== undefined) query.set(name, value);
    }
    do {
      show(known, await client.get(`/api/v1/${known}?${query.toString()}`, Listing), format);
      if (options.watch) await new Promise((resolve) => setTimeout(resolve, 2000));
    } while (options.watch);
  });
}
