import { readFileSync } from 'node:fs';
import { verifyBundle } from '@autoops/reports';
import { Command } from 'commander';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { print, say } from '../output/print.ts';
import { endWithItsCode } from './connected.ts';

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new CommandError(`${file} cannot be read.`, EXIT.error);
  }
}

/** `autoops bundle verify FILE [--key PEM] [--brief PDF]`: offline. */
export function bundleCommand(): Command {
  const verify = new Command('verify')
    .description('verify a bundle without a network; names the first bad section or entry')
    .argument('<file>', 'bundle.json')
    .option('--key <pem>', 'file with the public key that must have signed it')
    .option('--brief <pdf>', 'the brief that belongs to it')
    .action((file: string, options: { key?: string; brief?: string }) =>
      endWithItsCode(false, async () => {
        const verdict = verifyBundle(read(file).toString('utf8'), {
          ...(options.key === undefined ? {} : { pinnedKeyPem: read(options.key).toString('utf8') }),
          ...(options.brief === undefined ? {} : { brief: read(options.brief) }),
        });
        if (!verdict.ok) {
          say(`First bad item: ${verdict.firstBad}: ${verdict.why}.`);
          process.exitCode = EXIT.verifyFailed;
          return;
        }
        print(
          `Good: ${verdict.sections} sections, ${verdict.evidence} pieces of evidence, ${verdict.auditEntries} audit entries; document ${verdict.documentSha256}.`,
        );
        print(
          `Signed by key ${verdict.keyId}${verdict.pinned ? ', pinned' : ', UNPINNED: pass --key to say whose signature you expect'}.`,
        );
      }),
    );
  return new Command('bundle').description('incident bundles').addCommand(verify);
}
