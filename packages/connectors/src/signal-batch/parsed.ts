import { MOST_LABELS, type SignalBatch } from '@autoops/contracts';

/** A place in a payload: a JSON pointer, or `byte 123` in a binary one. */
export interface Place {
  readonly pointer: string;
  readonly detail: string;
}

/** Why a payload was refused; nothing of it may be stored. */
export interface Refused {
  readonly ok: false;
  readonly kind: 'payload' | 'media-type' | 'too-large';
  readonly detail: string;
  readonly errors: readonly Place[];
}

/** What a parser answers: a batch and what the format wants told, or the refusal. */
export type Parsed<T = object> = ({ readonly ok: true; readonly batch: SignalBatch } & T) | Refused;

const MOST_PLACES = 20;
/** A message may repeat what was sent. In characters. */
const LONGEST_DETAIL = 300;

/** A refusal with its places; at most 20 are told. */
export function refused(detail: string, errors: readonly Place[] = [], kind: Refused['kind'] = 'payload'): Refused {
  return { ok: false, kind, detail, errors: errors.slice(0, MOST_PLACES) };
}

/** The refusal that a zod error stands for, with a JSON pointer for every issue. `prefix` is where the value stood. */
export function refusedBy(
  error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] },
  prefix = '',
): Refused {
  const errors = error.issues
    .slice(0, MOST_PLACES)
    .map((issue) => ({ pointer: prefix + pointerOf(issue.path), detail: issue.message.slice(0, LONGEST_DETAIL) }));
  const first = errors[0];
  return refused(
    first === undefined ? 'The payload does not match its schema.' : `${first.pointer || '/'}: ${first.detail}`,
    errors,
  );
}

/** The refusal of all these places, or undefined where there are none. */
export function refusedByAll(places: readonly Place[]): Refused | undefined {
  const [first] = places;
  return first === undefined ? undefined : refused(`${first.pointer}: ${first.detail}`, places);
}

/** A JSON pointer (RFC 6901) of a path. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Whether a member of an item, unread as yet, has more entries than a series, record or alert may have labels. */
export function hasTooMany(item: unknown, member: string): boolean {
  if (typeof item !== 'object' || item === null) return false;
  const value: unknown = Object.getOwnPropertyDescriptor(item, member)?.value;
  return typeof value === 'object' && value !== null && Object.keys(value).length > MOST_LABELS;
}

/** A name as services and environments have them, made from any text; `unknown` where nothing is left. */
export function nameOf(text: string | undefined): string {
  const name = (text ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .slice(0, 64)
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return name === '' ? 'unknown' : name;
}
