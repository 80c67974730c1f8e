import { keepRecord } from '../shell/kept.ts';

/** Keys that somebody moved elsewhere: the key a screen names -> the key that is pressed. */
export type Bindings = Readonly<Record<string, string>>;

/** Where this browser keeps its copy. */
export const BINDINGS_KEY = 'autoops-key-bindings';

/** The key that is pressed for what a screen calls `key`. */
export function boundKey(bindings: Bindings, key: string): string {
  return bindings[key] ?? key;
}

/** The bindings as they were kept; what cannot be read is none. */
export function bindingsOf(kept: Readonly<Record<string, unknown>>): Bindings {
  return Object.fromEntries(
    Object.entries(kept).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** Keeps the bindings. */
export function keepBindings(bindings: Bindings): void {
  keepRecord(BINDINGS_KEY, bindings);
}

/** `bindings` with `key` moved to `pressed`; back on its own key it is not kept. */
export function withBinding(bindings: Bindings, key: string, pressed: string): Bindings {
  const { [key]: _before, ...others } = bindings;
  return pressed === key ? others : { ...others, [key]: pressed };
}

/** Why `pressed` cannot be given to `key`; undefined when it can. Keys of one page must differ. */
export function bindingProblem(
  bindings: Bindings,
  onPage: readonly (readonly [string, string])[],
  key: string,
  pressed: string,
): string | undefined {
  if (pressed.length > 1 && !/^(Enter|Arrow\w+|Home|End|Page\w+|F\d+)$/.test(pressed))
    return 'Press a letter, a digit, a sign, an arrow or a function key.';
  const taken = onPage.find(([other]) => other !== key && boundKey(bindings, other) === pressed);
  if (taken !== undefined) return `${pressed} already means: ${taken[1]}.`;
  const starts = onPage.find(([other]) => other !== key && boundKey(bindings, other).startsWith(`${pressed} `));
  return starts === undefined ? undefined : `${pressed} already begins: ${starts[1]}.`;
}
