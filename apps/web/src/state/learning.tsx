/** Learning: how far, and what can already be seen. */
export function Learning({
  samples,
  of,
  note,
}: {
  readonly samples: number;
  readonly of: number;
  readonly note?: string;
}) {
  const share = of === 0 ? 0 : Math.min(1, samples / of);
  return (
    <span className="row">
      <span
        className="bar"
        style={{ width: 72 }}
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={of}
        aria-valuenow={samples}
        aria-label="Samples learned"
      >
        <i className="run" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="small muted">
        learning, {samples} of {of} samples{note === undefined ? '' : `; ${note}`}
      </span>
    </span>
  );
}
