// `pnpm campaign:scenarios` is a program of its own (tests/scenarios/campaign.ts); `pnpm campaign:crash` runs the crash lane of `npm test`
// again and again, to find what happens once in a hundred. `--times N` (default 10); AUTOOPS_CAMPAIGN=1 tells the tests to run their full
// matrix.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './bootstrap/root.mjs';
import { readOptions, refuse } from './options.ts';

const [, , kind = ''] = process.argv;
if (kind === 'scenarios') await import('../tests/scenarios/campaign.ts'); // ends the process
const kinds = { crash: ['.crash.test.ts', 'queue.redis.test.ts'] };
const USAGE = `usage: pnpm campaign:crash [--times N]    the crash lane again and again, 10 times unless told
       pnpm campaign:scenarios [--help]   every fault in both environments of one product`;
const { values, positionals } = readOptions(USAGE, {
  allowPositionals: true,
  options: { times: { type: 'string', default: '10' } },
});
const times = Number(values.times);
if (!(kind in kinds)) refuse(USAGE, kind === '' ? 'Say which campaign' : `There is no campaign '${kind}'`);
if (positionals.length > 1) refuse(USAGE, `Unexpected argument '${positionals[1]}'`);
if (!Number.isInteger(times) || times < 1)
  refuse(USAGE, `--times wants a whole number from 1 on, not '${values.times}'`);

const home = mkdtempSync(join(tmpdir(), 'autoops-campaign-'));
/** Where the crash tests leave a line for every kill (tests/crash/judge.ts). */
const crashes = join(home, 'crashes.jsonl');
let child;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true;
    child?.kill(signal);
  });
}

/** Runs the lanes once and returns what their last line counted. */
function once() {
  const { AUTOOPS_TIMINGS_FACTOR: _scaled, ...env } = process.env;
  child = spawn(process.execPath, [join(root, 'scripts/test.mjs'), ...kinds[kind]], {
    cwd: root,
    env: { ...env, AUTOOPS_CAMPAIGN: '1', AUTOOPS_CRASH_TALLY: crashes },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    output = (output + chunk).slice(-10_000);
  });
  return new Promise((resolve) => {
    child.once('close', () => {
      const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output) ?? [
        undefined,
        0,
        1,
        0,
      ];
      resolve({ passed: Number(passed), failed: Number(failed), skipped: Number(skipped) });
    });
  });
}

/** One line: how many processes were killed, and what of it was lost, doubled or stuck (each with the boundary, when there is any). */
function tellCrashes() {
  let kills = [];
  try {
    kills = readFileSync(crashes, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } catch {
    // no kill came to its end
  }
  const of = (kind) => kills.filter((kill) => kill[kind].length > 0);
  for (const kind of ['lost', 'doubled', 'stuck']) {
    for (const kill of of(kind)) console.log(`${kind} at ${kill.kill}: ${kill[kind].join(', ').slice(0, 300)}`);
  }
  const longest = Math.max(0, ...kills.map(({ ms }) => ms));
  console.log(
    `\n${kills.length} kills, ${of('lost').length} lost, ${of('doubled').length} doubled, ${of('stuck').length} stuck; at rest after at most ${(longest / 1000).toFixed(1)} s`,
  );
}

const total = { passed: 0, failed: 0, skipped: 0 };
const badRounds = [];
for (let round = 1; round <= times && !interrupted; round += 1) {
  console.log(`\n== ${kind}, round ${round} of ${times}`);
  const counted = await once();
  for (const name of Object.keys(total)) total[name] += counted[name];
  if (counted.failed > 0 || counted.passed === 0) badRounds.push(round);
}
if (kind === 'crash') tellCrashes();
rmSync(home, { recursive: true, force: true });
if (badRounds.length > 0) console.log(`\nRounds with a failure: ${badRounds.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(interrupted ? 130 : badRounds.length > 0 ? 1 : 0);
