// `pnpm campaign:scenarios`: every fault in both environments of one real product at unscaled times, and the noisy job with each of its
// actions left out. Prints a table of each, and the whole story of what did not end as it should. Exit code 1 when anything did not.
import { readOptions, refuse } from '../../scripts/options.ts';
import { loadBefore, section, writeSections } from '../../bench/document.ts';
import { percentile } from '../../bench/figure.ts';
import { startProduct } from '../product.ts';
import { endedAsExpected, FAULTS } from './faults.ts';
import { meanErrors, queueAgeAt, recover, TREATMENTS, type Recovery } from './leave-one-out.ts';
import { Shop } from './shop.ts';
import { tell, type Story } from './story.ts';

const LEAVE_ONE_OUT = 'leave-one-out';
const OBSERVED_S = 75;
const known = [...Object.keys(FAULTS), LEAVE_ONE_OUT];
const USAGE = `usage: pnpm campaign:scenarios [--times N] [--environment staging|prod] [--only NAME,...] [--write]

--times        how often each, 3 unless told
--environment  one alone; both at once unless told
--only         ${known.join(', ')}
--write        put the tables into docs/BENCHMARKS.md`;
const { values, positionals } = readOptions(USAGE, {
  allowPositionals: true, // `scenarios`, where scripts/campaign.mjs started it
  options: {
    times: { type: 'string', default: '3' },
    only: { type: 'string' },
    environment: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const times = Number(values.times);
const chosen = values.only?.split(',') ?? known;
const environments = (['staging', 'prod'] as const).filter((name) => (values.environment ?? name) === name);
const unknown = chosen.find((name) => !known.includes(name));
if (positionals.length > 1) refuse(USAGE, `Unexpected argument '${positionals[1]}'`);
if (!Number.isInteger(times) || times < 1)
  refuse(USAGE, `--times wants a whole number from 1 on, not '${values.times}'`);
if (environments.length === 0) refuse(USAGE, `There is no environment '${values.environment}'`);
if (unknown !== undefined) refuse(USAGE, `There is no fault '${unknown}'`);

interface Trial {
  readonly fault: string;
  readonly environment: string;
  readonly stories: readonly Story[];
  /** What stopped it, where a stage was not reached. */
  readonly stuck: string | undefined;
}

const trials: Trial[] = [];
const recoveries: (Recovery & { readonly environment: string })[] = [];
/** Treatments that did not come to their end. */
const failures: string[] = [];
const busy = loadBefore();
const product = await startProduct();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void product.stop().then(() => process.exit(130)));

const seconds = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(1));

async function lane(environment: 'staging' | 'prod'): Promise<void> {
  const shop = await Shop.open(environment, product);
  for (let round = 1; round <= times; round += 1) {
    for (const fault of chosen.filter((name) => name !== LEAVE_ONE_OUT)) {
      const stories: Story[] = [];
      const stopped = await tell(shop, fault, fault === 'noisy-job').then(
        (told) => void stories.push(...told),
        (error: unknown) => String(error),
      );
      trials.push({ fault, environment, stories, stuck: stopped ?? undefined });
      for (const story of stories) console.log(line(story));
      if (stopped !== undefined) console.log(`${environment} ${fault}: ${stopped}`);
      else if (!endedAsExpected(fault, stories)) for (const story of stories) explain(story);
    }
    for (const treatment of chosen.includes(LEAVE_ONE_OUT) ? TREATMENTS : []) {
      const recovery = await recover(shop, treatment, OBSERVED_S).catch((error: unknown) => String(error));
      if (typeof recovery === 'string') failures.push(`${environment} noisy-job, ${treatment.name}: ${recovery}`);
      else recoveries.push({ ...recovery, environment });
      console.log(
        typeof recovery === 'string'
          ? failures.at(-1)
          : `${environment} noisy-job, ${treatment.name}: ${recovery.outcome}`,
      );
    }
  }
  await shop.heal();
}

function line({ environment, fault, runbooks, outcome, seconds: at }: Story): string {
  return `${environment} ${fault}: ${outcome} by ${runbooks.join(' + ') || 'nothing'}; incident ${seconds(at.incident)}, plan ${seconds(at.plan)}, first effect ${seconds(at.firstEffect)}, closed ${seconds(at.closed)} s`;
}

function explain({ incident, plan, run }: Story): void {
  for (const reason of incident.correlation) console.log(`    ${reason}`);
  for (const { runbook, reason, detail } of plan?.rejected ?? [])
    console.log(`    not ${runbook} (${reason}): ${detail}`);
  for (const step of run?.steps ?? []) console.log(`    ${step.title}: ${step.state} ${step.error ?? ''}`);
  const samples = run?.verification.samples.map(
    ({ indicator, value, good }) => `${indicator} ${value}${good ? '' : ' (bad)'}`,
  );
  if (run !== undefined) console.log(`    ${run.verification.reason} ${samples?.join(', ') ?? ''}`);
}

/** `median (lowest to highest)` of what was reached. */
function spread(found: readonly (number | undefined)[]): string {
  const reached = found.filter((value) => value !== undefined);
  if (reached.length === 0) return '-';
  const middle = percentile(reached, 0.5).toFixed(1);
  return reached.length === 1
    ? middle
    : `${middle} (${Math.min(...reached).toFixed(1)} to ${Math.max(...reached).toFixed(1)})`;
}

/** `3 verified, 1 ineffective`. */
function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

function faultTable(): string {
  const rows = chosen.flatMap((fault) =>
    environments.flatMap((environment) => {
      const mine = trials.filter((trial) => trial.fault === fault && trial.environment === environment);
      if (mine.length === 0) return [];
      const told = mine.flatMap(({ stories }) => stories);
      const ending = ({ stories, stuck }: Trial): string =>
        stuck !== undefined
          ? 'stuck'
          : stories.map(({ runbooks, outcome }) => `${outcome} by ${runbooks.join(' + ') || 'nothing'}`).join(' and ');
      const of = (name: keyof Story['seconds']): string => spread(told.map(({ seconds: at }) => at[name]));
      const expected = mine.filter(
        ({ stories, stuck }) => stuck === undefined && endedAsExpected(fault, stories),
      ).length;
      return [
        `| ${fault} | ${environment} | ${counted(mine.map(ending))} | ${expected} of ${mine.length} | ${of('incident')} | ${of('plan')} | ${of('firstEffect')} | ${of('closed')} |`,
      ];
    }),
  );
  return [
    '| fault | environment | ended | as expected | incident | plan | first effect | closed |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function recoveryTable(): string {
  const percent = (found: readonly number[]): string =>
    spread(found.filter(Number.isFinite).map((share) => share * 100));
  const rows = TREATMENTS.flatMap(({ name }) => {
    const mine = recoveries.filter(({ treatment }) => treatment === name);
    if (mine.length === 0) return [];
    const errors = [
      [5, 10],
      [20, 30],
      [30, 45],
      [60, 75],
    ].map(([from = 0, to = 0]) => percent(mine.map((recovery) => meanErrors(recovery, from, to))));
    const age = spread(mine.map((recovery) => queueAgeAt(recovery, OBSERVED_S)));
    return [
      `| ${name} | ${mine.length} | ${counted(mine.map(({ outcome }) => outcome))} | ${spread(mine.map(({ firstEffect }) => firstEffect))} | ${errors.join(' | ')} | ${age} |`,
    ];
  });
  return [
    `| treatment | n | incident | first effect, s | errors 5-10 s, % | 20-30 s | 30-45 s | 60-75 s | queue age at ${OBSERVED_S} s |`,
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

try {
  await Promise.all(environments.map(lane));
} catch (error) {
  console.error(`${String(error)}\nThe product's last lines:\n${product.output().slice(-4000)}`);
  process.exitCode = 1;
} finally {
  await product.stop();
}
const sections = new Map<string, string>();
if (trials.length > 0) {
  const about = `Every fault in both environments at once, on one product with its shipped times; a person executes and approves without delay. Seconds from the break, median and range over ${times} time(s) each.`;
  console.log(`\n${faultTable()}`);
  sections.set('scenarios', section({ name: 'scenarios', about, busy, table: faultTable() }));
}
if (recoveries.length > 0) {
  const about =
    "The noisy job at the start of the load's rising half: the Planner's plan, the same without one of its runbooks (a guided plan through the same policy, verification and undo), and nothing. Errors are the clients' share of failed operations, means over seconds after the break; what is judged ineffective is undone at about 35 s, so that what comes later is the fault without it. Median and range.";
  console.log(`\n${recoveryTable()}`);
  sections.set(LEAVE_ONE_OUT, section({ name: LEAVE_ONE_OUT, about, busy, table: recoveryTable() }));
}
if (values.write) writeSections(sections);
process.exit(
  failures.length === 0 &&
    process.exitCode !== 1 &&
    trials.every(({ fault, stories, stuck }) => stuck === undefined && endedAsExpected(fault, stories))
    ? 0
    : 1,
);
