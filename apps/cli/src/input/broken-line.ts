import { say } from '../output/print.ts';

/** A line that is no answerable input; those after it may be. */
export interface BrokenLine {
  /** File, line and what is wrong, as one sentence. */
  readonly broken: string;
}

/** Problems of a file that are said one by one; a file of nothing else would fill the screen. */
const MOST_SAID = 20;

/** Says what is wrong with single lines while the others are answered, and counts them. */
export class BrokenLines {
  count = 0;

  /** Takes in a problem: a whole sentence that names file and line. */
  add(problem: string): void {
    this.count += 1;
    if (this.count <= MOST_SAID) say(`autoops: ${problem}`);
    else if (this.count === MOST_SAID + 1) say('autoops: more lines like these are only counted.');
  }
}
