/** A signed tree head: the first `size` entries of the log `origin` have the Merkle root `root` (hexadecimal). */
export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
}

const HEX = /^[0-9a-f]{64}$/;

/** The text of a checkpoint that is signed (C2SP tlog-checkpoint): origin, size and root in base64, each on its line. */
export function checkpointText({ origin, size, root }: TreeHead): string {
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/** The signed note (C2SP signed-note): text, empty line, signature line with key hint (first 4 bytes of the key's id) and signature. */
export function checkpointNote(head: TreeHead, keyId: string, signature: Uint8Array): string {
  const hint = bytesOf(keyId.slice(0, 8));
  const bytes = new Uint8Array(hint.length + signature.length);
  bytes.set(hint);
  bytes.set(signature, hint.length);
  return `${checkpointText(head)}\n\u2014 autoops ${btoa(String.fromCharCode(...bytes))}\n`;
}

/** What a note says, the text that was signed and the signature; `undefined` for anything that is not such a note. */
export function readCheckpointNote(
  note: string,
):
  | { readonly head: TreeHead; readonly text: string; readonly keyHint: string; readonly signature: Uint8Array }
  | undefined {
  const found = /^([^\n]+)\n(\d{1,15})\n([A-Za-z0-9+/=]{44})\n\n\u2014 autoops ([A-Za-z0-9+/=]{92,96})\n$/.exec(note);
  if (found === null) return undefined;
  const [, origin = '', size = '', root = '', signed = ''] = found;
  const hex = hexOf(bytesFrom(root));
  const bytes = bytesFrom(signed);
  if (!HEX.test(hex)) return undefined;
  const head = { origin, size: Number(size), root: hex };
  return {
    head,
    text: checkpointText(head),
    keyHint: hexOf(bytes.subarray(0, 4)),
    signature: bytes.subarray(4),
  };
}

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16));
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const base64 = (hex: string): string => btoa(String.fromCharCode(...bytesOf(hex)));
const bytesFrom = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
