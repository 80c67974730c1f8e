import { fileURLToPath } from 'node:url';
import { loadPolicyEngine } from '@autoops/connectors';
import { decide, policyInput, type PolicyFacts } from '@autoops/pipeline';
import { now, prodFacts, walkPlan } from '../packages/connectors/src/opa/__fixtures__/plans.ts';
import type { Benchmark } from './figure.ts';
import { medianOf, percentile, rates } from './figure.ts';

const WASM = fileURLToPath(new URL('../policies/dist/policy.wasm', import.meta.url));

export const policyBenchmark: Benchmark = {
  name: 'policy',
  about:
    "Policy on the walk's plan in production (three steps, four runbooks, every shipped rule), Rego compiled to wasm, one thread.",
  run: async ({ quick }) => {
    const engine = await loadPolicyEngine({ wasmPath: WASM });
    const plan = walkPlan();
    const facts: PolicyFacts = prodFacts();
    const input = policyInput(plan, facts, now);
    const operations = quick ? 300 : 2_000;
    const rounds = quick ? 3 : 7;
    const bare = await rates(rounds, operations, async () => {
      for (let turn = 0; turn < operations; turn += 1) await engine.evaluate(input);
    });
    const whole = await rates(rounds, operations, async () => {
      for (let turn = 0; turn < operations; turn += 1) await decide(plan, facts, now, engine);
    });
    const passed = await rates(rounds, operations, () => {
      for (let turn = 0; turn < operations; turn += 1) JSON.parse(JSON.stringify(input));
    });
    const micros = Array.from({ length: operations }, () => 0);
    for (let turn = 0; turn < operations; turn += 1) {
      const start = performance.now();
      await engine.evaluate(input);
      micros[turn] = (performance.now() - start) * 1000;
    }
    const verdict = (await decide(plan, facts, now, engine)).decision.verdict.effect;
    const bareMedian = percentile(bare, 0.5);
    return [
      medianOf('evaluations of the wasm engine', '1/s', bare, {
        ratio: { to: 'writing and reading its input as JSON', value: bareMedian / percentile(passed, 0.5) },
        note: `${(JSON.stringify(input).length / 1024).toFixed(1)} KiB of input, verdict ${verdict}`,
      }),
      medianOf('decisions as recorded', '1/s', whole, {
        ratio: { to: 'the evaluation alone', value: percentile(whole, 0.5) / bareMedian },
        note: 'with building the input, reading the verdict and hashing both',
      }),
      {
        name: 'one evaluation, p99',
        value: percentile(micros, 0.99),
        unit: 'µs',
        spread: { low: percentile(micros, 0.5), high: Math.max(...micros) },
        note: 'range: p50 to the slowest',
      },
    ];
  },
};
