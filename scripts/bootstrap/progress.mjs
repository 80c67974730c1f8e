/** A failure that is told to the person as one sentence and what to do; `output` is what the failed program said. */
export class Failure extends Error {
  constructor(message, advice, { output = '', code = 1 } = {}) {
    super(message);
    this.advice = advice;
    this.output = output;
    this.code = code;
  }
}

/** Prints a line for the person; on stderr, so that stdout belongs to the program that is started. */
export function say(line) {
  process.stderr.write(`AutoOps: ${line}\n`);
}

/** Runs one step of the set-up. A step that is done at once says nothing; a longer one is announced and its time is told. */
export async function step(name, announcement, work) {
  const start = Date.now();
  let announced = false;
  const timer = setTimeout(() => {
    announced = true;
    say(`${announcement} ...`);
  }, 800);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    if (announced) say(`${name} done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  }
}
