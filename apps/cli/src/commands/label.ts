import { AnomalyLabel, LabelValue } from '@autoops/contracts';
import { Argument, Command } from 'commander';
import { z } from 'zod';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { print } from '../output/print.ts';
import { connected } from './connected.ts';

const LabelsChanged = z.object({ items: z.array(AnomalyLabel), auditId: z.string() });

/** `autoops label INCIDENT|ANOMALY useful|noise [--reason]`, or `--undo`: what a person says of an alarm. */
export function labelCommand(): Command {
  const command = new Command('label')
    .description('say of an alarm whether it was useful or noise; detectors are judged by it')
    .argument('<subject>', 'INC-number for all alarms of an incident, or the id of one anomaly')
    .addArgument(new Argument('[label]', 'what it was').choices(LabelValue.options))
    .option('--reason <text>', 'why')
    .option('--undo', 'take back what you said');
  return connected<{ reason?: string; undo?: boolean }>(
    command,
    'operator',
    async (client, [subject = '', label = ''], { reason, undo = false }) => {
      if (undo === (label !== ''))
        throw new CommandError('Say either `useful` or `noise`, or take it back with --undo.', EXIT.usage);
      // An incident may be named by its id too; whichever of the two the id belongs to is labelled.
      const of = /^INC-/i.test(subject) ? 'incidents' : await kindOf(subject, (path) => client.get(path, z.unknown()));
      const path = `/api/v1/${of}/${encodeURIComponent(of === 'incidents' ? subject.toUpperCase() : subject)}/label`;
      const { body } = undo
        ? await client.call('DELETE', path, LabelsChanged)
        : await client.call('PUT', path, LabelsChanged, {
            body: { label, ...(reason === undefined ? {} : { reason }) },
          });
      print(`${subject} ${undo ? 'has your label no more' : `is labelled ${label}`} (audit ${body.auditId}).`);
    },
  );
}

async function kindOf(id: string, get: (path: string) => Promise<unknown>): Promise<'anomalies' | 'incidents'> {
  try {
    await get(`/api/v1/anomalies/${encodeURIComponent(id)}`);
    return 'anomalies';
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === EXIT.notFound) return 'incidents';
    throw error;
  }
}
