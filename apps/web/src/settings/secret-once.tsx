import { ActionButton } from '../controls/action-button.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { Banner } from '../state/banner.tsx';

/** A secret that the server keeps only hashed: shown until somebody says that it is kept. */
export function SecretOnce({
  title,
  secret,
  onKept,
}: {
  readonly title: string;
  readonly secret: string;
  readonly onKept: () => void;
}) {
  return (
    <Banner
      tone="guard"
      glyph="shield"
      action={
        <span className="row">
          <CopyButton text={secret} label="Copy" />
          <ActionButton onClick={onKept}>I have kept it</ActionButton>
        </span>
      }
    >
      <b>{title}</b> It is shown once; AutoOps stores only a hash.
      <br />
      <code className="cmd secret">{secret}</code>
    </Banner>
  );
}
