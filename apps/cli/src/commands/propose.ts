import { Incident, incidentName, Plan, type PlanChanges, WhatIfResponse } from '@autoops/contracts';
import { Command } from 'commander';
import { z } from 'zod';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { findPlan } from '../api/operations.ts';
import { print, printTable } from '../output/print.ts';
import { connected } from './connected.ts';

const Proposed = z.object({ incident: Incident, auditId: z.string() });

/** Reads `RUNBOOK.PARAMETER=VALUE`; a number where it is one. */
export function changesOf(settings: readonly string[]): PlanChanges {
  const changes = new Map<string, Record<string, string | number>>();
  for (const setting of settings) {
    const parts = /^([a-z0-9-]+)\.([A-Za-z0-9_]+)=(.+)$/.exec(setting);
    const [, runbook, name, text] = parts ?? [];
    if (runbook === undefined || name === undefined || text === undefined)
      throw new CommandError(`--set takes RUNBOOK.PARAMETER=VALUE, not ${setting}.`, EXIT.usage);
    const bare = /^"(.*)"$/.exec(text)?.[1] ?? text;
    const value = bare === text && Number.isFinite(Number(text)) ? Number(text) : bare;
    changes.set(runbook, { ...changes.get(runbook), [name]: value });
  }
  return [...changes].map(([runbook, parameters]) => ({ runbook, parameters }));
}

/** `autoops propose PLAN --set RUNBOOK.PARAMETER=VALUE`: the plan with other parameters; `--what-if` only asks policy. */
export function proposeCommand(): Command {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  const command = new Command('propose')
    .description('propose a plan with other parameters as its next version, or ask what policy would say')
    .argument('<plan>', 'plan id, or INC-number for its current plan')
    .option('--set <setting>', 'RUNBOOK.PARAMETER=VALUE; may be given several times', collect, [])
    .option('--what-if', 'say what policy would say, and store nothing');
  return connected<{ set: readonly string[]; whatIf?: boolean }>(
    command,
    'operator',
    async (client, [planOrIncident = ''], options) => {
      const changes = changesOf(options.set);
      const plan: Plan = await findPlan(client, planOrIncident);
      if (options.whatIf === true) {
        const path = `/api/v1/plans/${plan.id}/what-if`;
        const { body } = await client.call('POST', path, WhatIfResponse, { body: { changes } });
        printTable(
          ['parameter', 'plan', 'edited'],
          body.parameters.map((each) => [`${each.runbook}.${each.name}`, String(each.stored), String(each.value)]),
        );
        for (const { environment, own, verdict } of body.environments)
          print(`${environment}${own ? '' : ' (what-if)'}: ${verdict.effect} (${verdict.ruleIds.join(', ')})`);
        return;
      }
      const { body } = await client.call('POST', `/api/v1/plans/${plan.id}/propose`, Proposed, {
        body: { changes },
        ifMatch: plan.hash,
      });
      print(`${incidentName(body.incident.number)} is planned anew (audit ${body.auditId}).`);
    },
  );
}
