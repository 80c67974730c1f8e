import type { IncidentValue } from '@autoops/contracts';

/** How long such trouble lasts that nobody treats, as the value's inputs tell it ("median 1800 s, prior: demo"). */
export interface UntreatedDuration {
  readonly seconds: number;
  /** The source of the rate card that assumes it; undefined where comparable incidents showed it. */
  readonly assumedBy: string | undefined;
  /** What showed it, where nobody assumes it. */
  readonly source: string;
  /** Its row among the inputs. */
  readonly row: number;
}

/** The untreated duration among the inputs of a value; undefined where none is known. */
export function untreatedDuration(inputs: IncidentValue['inputs']): UntreatedDuration | undefined {
  const row = inputs.findIndex(({ name }) => name === 'Untreated duration');
  const match = /^median (\d+) s, (?:prior: (.+)|(.+))$/u.exec(inputs[row]?.value ?? '');
  if (match === null) return undefined;
  return { seconds: Number(match[1]), assumedBy: match[2], source: match[3] ?? '', row };
}
