interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChoose: (value: T) => void;
}

/** One of a few: chips that behave as radio buttons. */
export function Choice<T extends string>({ label, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <div className="row" role="radiogroup" aria-label={label}>
      {options.map(([each, words]) => (
        <button
          key={each}
          type="button"
          role="radio"
          aria-checked={value === each}
          className={`chip${value === each ? ' run' : ''}`}
          onClick={() => onChoose(each)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
