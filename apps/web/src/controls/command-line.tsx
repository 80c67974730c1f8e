import { CopyButton } from './copy.tsx';

/** A command to type elsewhere, with the button that copies it; where it needs a second line it breaks between words only. */
export function CommandLine({ text }: { readonly text: string }) {
  return (
    <p className="row">
      <code className="cmd">
        {text.split(' ').map((word, index) => (
          <span key={index}>
            {index > 0 && ' '}
            <span className="nowrap">{word}</span>
          </span>
        ))}
      </code>
      <CopyButton text={text} label="Copy command" />
    </p>
  );
}
