import { Glyph } from '../status/glyph.tsx';

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChoose: (value: T) => void;
  /** Why nothing else can be chosen now; the chips stay focusable so that it can be read. */
  readonly disabledBecause?: string | undefined;
}

/** One of a few: chips that behave as radio buttons. */
export function Choice<T extends string>({ label, value, options, onChoose, disabledBecause }: ChoiceProps<T>) {
  return (
    <div className="row" role="radiogroup" aria-label={label}>
      {options.map(([each, words]) => (
        <button
          key={each}
          type="button"
          role="radio"
          aria-checked={value === each}
          aria-disabled={disabledBecause !== undefined}
          title={disabledBecause}
          className={`chip${value === each ? ' run' : ''}`}
          onClick={() => disabledBecause === undefined && onChoose(each)}
        >
          {value === each && <Glyph name="tick" />}
          {words}
        </button>
      ))}
    </div>
  );
}
