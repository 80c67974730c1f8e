import { seededRandom } from '@autoops/pipeline';

/** Values for the places of a statement. */
export interface Values {
  /** A whole number below `end`. */
  readonly number: (end?: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** One of many, a few of them far more often than the rest, as users, hosts and files are in real logs. */
  readonly skewed: <T>(choices: readonly T[]) => T;
  readonly hex: (digits: number) => string;
  readonly address: () => string;
  readonly uuid: () => string;
}

/** How often a statement is written beside the others of its log, and how. */
export type Statement = readonly [weight: number, write: (values: Values) => string];

/** The statements of one program. */
export type Statements = readonly Statement[];

/** A line with the statement that wrote it. */
export interface MadeLine {
  readonly content: string;
  readonly template: string;
}

/** `lines` lines of a program, each statement at least once: written by hand from how such programs log, copied from no log. */
export function madeLog(name: string, statements: Statements, lines: number): MadeLine[] {
  const random = seededRandom(`made-log ${name}`);
  const number = (end = 1e6): number => Math.floor(random.uniform() * end);
  const pick = <T>(choices: readonly T[]): T => choices[number(choices.length)] as T;
  const hex = (digits: number): string => Array.from({ length: digits }, () => number(16).toString(16)).join('');
  const values: Values = {
    number,
    pick,
    skewed: (choices) => choices[Math.floor(choices.length * random.uniform() ** 3)] as (typeof choices)[number],
    hex,
    address: () => `10.${number(256)}.${number(256)}.${number(256)}`,
    uuid: () => [8, 4, 4, 4, 12].map(hex).join('-'),
  };
  const total = statements.reduce((sum, [weight]) => sum + weight, 0);
  const order = statements.map((_, statement) => statement);
  while (order.length < lines) {
    let left = random.uniform() * total;
    order.push(
      Math.max(
        0,
        statements.findIndex(([weight]) => (left -= weight) < 0),
      ),
    );
  }
  return order.map((statement) => ({
    content: (statements[statement] as Statement)[1](values),
    template: String(statement),
  }));
}
