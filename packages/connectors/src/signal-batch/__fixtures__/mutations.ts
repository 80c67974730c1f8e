import fc from 'fast-check';

/** What senders with a fault, or with bad intent, write where something else belongs. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  2 ** 53,
  '',
  'x'.repeat(70_000),
  '\u0000',
  '\ud800',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '1969-12-31T23:59:59Z',
  '2026-02-30T25:61:00Z',
  '99999999999999999999',
  '-1',
  'NaN',
  'Infinity',
  [],
  {},
  [[[[]]]],
  { __proto__: null, constructor: 'x', toString: 'y' },
  JSON.parse('{"__proto__":"polluted"}'),
  '4111111111111111',
  '\u{1f4a9}'.repeat(300),
];

/** A body's bytes with some of them flipped, cut off, doubled, removed or made up. */
export function mutatedBytes(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(valid.length);
  return fc
    .array(
      fc.record({
        kind: fc.constantFrom('flip', 'cut', 'double', 'remove', 'insert'),
        from: place,
        to: place,
        byte: fc.nat(255),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((steps) => steps.reduce((bytes, step) => mutate(bytes, step), valid));
}

interface Step {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly byte: number;
}

function mutate(bytes: Uint8Array, { kind, from, to, byte }: Step): Uint8Array {
  const [start, end] = from < to ? [from, to] : [to, from];
  const [before, middle, after] = [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)];
  switch (kind) {
    case 'flip':
      return Uint8Array.from(bytes, (value, index) => (index === start ? value ^ (byte | 1) : value));
    case 'cut':
      return before;
    case 'double':
      return Buffer.concat([before, middle, middle, after]);
    case 'remove':
      return Buffer.concat([before, after]);
    default:
      return Buffer.concat([before, Buffer.of(byte, byte ^ 0xff), bytes.subarray(start)]);
  }
}

/** A JSON body in which one to three values, anywhere, are others, gone, or there twice under another name. */
export function mutatedJson(valid: unknown): fc.Arbitrary<unknown> {
  return fc
    .array(
      fc.record({
        pick: fc.nat(1_000_000),
        kind: fc.constantFrom('replace', 'replace', 'remove', 'rename'),
        value: fc.constantFrom(...HOSTILE),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((steps) => {
      const body = { root: structuredClone(valid) };
      for (const step of steps) change(body, step);
      return body.root;
    });
}

type Holder = Record<string, unknown>;

function holdersOf(value: unknown, found: { holder: Holder; key: string }[] = []): { holder: Holder; key: string }[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push({ holder: value as Holder, key });
    holdersOf((value as Holder)[key], found);
  }
  return found;
}

function change(
  body: { root: unknown },
  step: { readonly pick: number; readonly kind: string; readonly value: unknown },
): void {
  const all = holdersOf(body);
  const chosen = all[step.pick % all.length];
  if (chosen === undefined) return;
  const { holder, key } = chosen;
  if (step.kind === 'replace') holder[key] = structuredClone(step.value);
  else if (step.kind === 'rename') holder[`${key}2`] = holder[key];
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}
