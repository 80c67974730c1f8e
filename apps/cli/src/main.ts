import { loadDotEnv } from './dot-env.ts';
import { createProgram } from './program.ts';

loadDotEnv();
await createProgram().parseAsync(process.argv);
