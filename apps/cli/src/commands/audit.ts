import { AuditStatus } from '@autoops/contracts';
import { Command } from 'commander';
import { EXIT } from '../api/exit-code.ts';
import { formatOf, print, printDocument } from '../output/print.ts';
import { connected } from './connected.ts';

/** `autoops audit verify`: recomputes the workspace's whole audit log; exit 10 with the first bad entry. */
export function auditCommand(): Command {
  const verify = new Command('verify')
    .description(
      'recompute the audit log: hashes, chain, order, head and signed checkpoints; names the first bad entry',
    )
    .option('-o, --output <format>', 'table, json or yaml', 'table');
  connected<{ output: string }>(verify, 'viewer', async (client, _args, options) => {
    const { body } = await client.call('POST', '/api/v1/audit/verify', AuditStatus);
    const format = formatOf(options.output);
    if (format === 'json' || format === 'yaml') printDocument(body, format);
    else if (body.firstBad === undefined)
      print(`Good: ${body.entries} entries, verified to A${body.verifiedTo}; head ${body.headHash}.`);
    else print(`First bad entry: A${body.firstBad.seq}: ${body.firstBad.why}.`);
    if (!body.ok) process.exitCode = EXIT.verifyFailed;
  });
  return new Command('audit').description('the audit log').addCommand(verify);
}
