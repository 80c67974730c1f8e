import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { FittedModel } from './fit-logistic.ts';
import type { KnownTrace } from './rows.ts';
import { TRAINING, trainOn } from './train-hazard.ts';

/** The traces of a file of the breach-dev kind. */
function developmentTraces(file: string): KnownTrace[] {
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const trace = JSON.parse(line) as { family: string; limit: number; breach: number | null; x: (number | null)[] };
      return {
        family: trace.family,
        breach: trace.breach ?? undefined,
        values: Float64Array.from(trace.x, (value) => (value === null ? Number.NaN : value / trace.limit)),
      };
    });
}

function source({ mean, deviation, weights, bias }: FittedModel): string {
  return `// Written by bench/hazard/train.ts, which says what they were fitted on: run it again rather than edit them.
import type { HazardModel } from './hazard-model.ts';

/** The shipped weights of the hazard, fitted on ${TRAINING.simulated} simulated traces of each family of bench/hazard/families.ts and on breach-dev. */
export const HAZARD_WEIGHTS: HazardModel = {
  mean: ${JSON.stringify(mean)},
  deviation: ${JSON.stringify(deviation)},
  weights: ${JSON.stringify(weights)},
  bias: ${bias},
};
`;
}

const [data] = process.argv.slice(2);
if (data === undefined) {
  process.stderr.write('Say where the data is: node bench/hazard/train.ts DIR\n');
  process.exit(2);
}
const model = trainOn(developmentTraces(`${data}/forecast/breach-dev/traces.jsonl.gz`));
const target = fileURLToPath(new URL('../../packages/pipeline/src/forecaster/hazard/weights.ts', import.meta.url));
writeFileSync(target, source(model));
process.stdout.write(`${model.weights.length} weights: ${target}\n`);
