// `pnpm campaign:scenarios` and `pnpm campaign:crash`: the lanes of `npm test` again and again, at unscaled times, to find what
// happens once in a hundred. `--times N` (default 10); AUTOOPS_CAMPAIGN=1 tells the tests to run their full matrix.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './bootstrap/root.mjs';

const kinds = { scenarios: '.scenario.test.ts', crash: '.crash.test.ts' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '10' } },
});
const [kind = ''] = positionals;
const times = Number(values.times);
if (!(kind in kinds) || !Number.isInteger(times) || times < 1) {
  console.error(`usage: pnpm campaign:{${Object.keys(kinds).join(',')}} [--times N]`);
  process.exit(2);
}

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
  child = spawn(process.execPath, [join(root, 'scripts/test.mjs'), kinds[kind]], {
    cwd: root,
    env: { ...env, AUTOOPS_CAMPAIGN: '1' },
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

const total = { passed: 0, failed: 0, skipped: 0 };
const badRounds = [];
for (let round = 1; round <= times && !interrupted; round += 1) {
  console.log(`\n== ${kind}, round ${round} of ${times}`);
  const counted = await once();
  for (const name of Object.keys(total)) total[name] += counted[name];
  if (counted.failed > 0 || counted.passed === 0) badRounds.push(round);
}
if (badRounds.length > 0) console.log(`\nRounds with a failure: ${badRounds.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(interrupted ? 130 : badRounds.length > 0 ? 1 : 0);
