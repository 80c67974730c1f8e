import type { EvaluateResponse, Run } from '@autoops/contracts';
import { Command } from 'commander';
import { EXIT } from '../api/exit-code.ts';
import {
  approve,
  controlRun,
  evaluatePlan,
  executePlan,
  exitCodeOfRun,
  findPlan,
  reject,
  waitForRun,
} from '../api/operations.ts';
import { formatOf, print, printDocument, printTable, say } from '../output/print.ts';
import { connected } from './connected.ts';

interface OutputOption {
  readonly output: string;
}

const withOutput = (command: Command): Command =>
  command.option('-o, --output <format>', 'table, json or yaml', 'table');
const WORDS = { allow: 'allow', 'require-approval': 'needs approval', deny: 'deny' } as const;

function showEvaluation(answer: EvaluateResponse): void {
  const rules = [...new Set(answer.environments.flatMap((column) => column.verdict.rules.map((rule) => rule.ruleId)))];
  printTable(
    ['rule', ...answer.environments.map((column) => `${column.environment}${column.own ? '' : ' (what-if)'}`)],
    [
      ...rules.map((ruleId) => [
        ruleId,
        ...answer.environments.map((column) => {
          const rule = column.verdict.rules.find((item) => item.ruleId === ruleId);
          return rule ? `${WORDS[rule.effect]}: ${rule.fact}` : '-';
        }),
      ]),
      ['VERDICT', ...answer.environments.map((column) => WORDS[column.verdict.effect])],
    ],
  );
  for (const column of answer.environments)
    if (column.verdict.toBeAllowed.length > 0)
      print(`To be allowed in ${column.environment}: ${column.verdict.toBeAllowed.join('; ')}`);
}

/** Prints what changed of a run, a line a step. */
export function showRun(run: Run): void {
  say(
    `${run.state}  ${run.steps.map((step) => `${step.index + 1}:${step.state}`).join('  ')}${run.verification.verdict ? `  ${run.verification.verdict}` : ''}`,
  );
}

/** `autoops evaluate PLAN|INC-n`. */
export function evaluateCommand(): Command {
  const command = withOutput(
    new Command('evaluate')
      .description('show what policy says of a plan, every environment side by side')
      .argument('<plan>', 'plan id, or INC-number for its current plan'),
  );
  return connected<OutputOption>(command, 'operator', async (client, [plan = ''], options) => {
    const answer = await evaluatePlan(client, (await findPlan(client, plan)).id);
    const format = formatOf(options.output);
    if (format === 'json' || format === 'yaml') printDocument(answer, format);
    else showEvaluation(answer);
  });
}

/** `autoops execute PLAN|INC-n [--wait]`: exit 6 when an approval is waited for, 5 when denied. */
export function executeCommand(): Command {
  const command = withOutput(
    new Command('execute')
      .description('execute a plan, or ask for the approval it needs')
      .argument('<plan>', 'plan id, or INC-number for its current plan')
      .option('--wait', 'wait until the run has ended')
      .option('--timeout <seconds>', 'how long to wait', '300'),
  );
  return connected<OutputOption & { wait?: boolean; timeout: string }>(
    command,
    'operator',
    async (client, [planId = ''], options) => {
      const plan = await findPlan(client, planId);
      const answer = await executePlan(client, plan);
      const format = formatOf(options.output);
      if (answer.kind === 'approval') {
        if (format === 'json' || format === 'yaml') printDocument(answer, format);
        else print(`Approval needed: ${answer.approval?.id}\n  autoops approve ${answer.approval?.id}`);
        process.exitCode = EXIT.approvalRequired;
        return;
      }
      const runId = answer.run?.id ?? '';
      if (!options.wait)
        return format === 'json' || format === 'yaml'
          ? printDocument(answer, format)
          : print(`Run ${runId} started.\n  autoops get runs ${runId} -o yaml`);
      const ended = await waitForRun(client, runId, Number(options.timeout) * 1000, showRun);
      if (format === 'json' || format === 'yaml') printDocument(ended, format);
      process.exitCode = exitCodeOfRun(ended);
    },
  );
}

/** `autoops approve ID` as the approver of this installation. */
export function approveCommand(): Command {
  const command = new Command('approve')
    .description('approve exactly the plan that an approval binds')
    .argument('<approval>')
    .option('--reason <text>', 'why', '');
  return connected<{ reason: string }>(command, 'approver', async (client, [id = ''], options) => {
    const { approval, auditId } = await approve(client, id, options.reason);
    print(`Approval ${approval.id} is ${approval.state} (audit ${auditId}).`);
  });
}

/** `autoops reject ID --reason TEXT`. */
export function rejectCommand(): Command {
  const command = new Command('reject')
    .description('reject a plan')
    .argument('<approval>')
    .requiredOption('--reason <text>', 'why');
  return connected<{ reason: string }>(command, 'approver', async (client, [id = ''], options) => {
    const { approval, auditId } = await reject(client, id, options.reason);
    print(`Approval ${approval.id} is ${approval.state} (audit ${auditId}).`);
  });
}

const RUN_CONTROLS = {
  pause: 'pause a run before its next step, or go on with --resume',
  abort: 'stop the remaining steps of a run and undo the applied ones',
  rollback: 'roll a run back with its token',
} as const;

/** `autoops pause|abort|rollback RUN`. */
export function runControlCommand(action: keyof typeof RUN_CONTROLS): Command {
  const command = new Command(action)
    .description(RUN_CONTROLS[action])
    .argument('<run>')
    .option('--wait', 'wait until the run has ended')
    .option('--timeout <seconds>', 'how long to wait', '300');
  if (action === 'pause') command.option('--resume', 'go on instead');
  return connected<{ wait?: boolean; timeout: string; resume?: boolean }>(
    command,
    'operator',
    async (client, [id = ''], options) => {
      const run = await controlRun(client, id, action, action === 'pause' && options.resume ? { resume: true } : {});
      print(`Run ${run.id} is ${run.state}.`);
      if (options.wait && action !== 'pause') {
        const ended = await waitForRun(client, run.id, Number(options.timeout) * 1000, showRun);
        print(`Run ${ended.id} is ${ended.state}.`);
      }
    },
  );
}
