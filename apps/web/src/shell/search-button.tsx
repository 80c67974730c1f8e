/** The field of the top bar that opens the palette. */
export function SearchButton({ onClick }: { readonly onClick?: () => void }) {
  return (
    <button type="button" className="search" onClick={onClick} aria-keyshortcuts="Control+K">
      <span>
        Search<span className="more"> or run a command</span>
      </span>
      <kbd aria-hidden="true">Ctrl K</kbd>
    </button>
  );
}
