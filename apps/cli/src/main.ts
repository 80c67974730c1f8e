import { loadDotEnv } from './dot-env.ts';
import { createProgram } from './program.ts';

loadDotEnv();
await (await createProgram(process.argv.slice(2))).parseAsync(process.argv);
