import fc from 'fast-check';

// A commit is judged on the same values in every run. `AUTOOPS_PROPERTY_SEED=random` (or a number) looks at others, to find what
// these do not.
const seed = process.env['AUTOOPS_PROPERTY_SEED'] ?? '20260115';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
