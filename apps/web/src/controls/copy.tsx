import Button from '@mui/material/Button';
import { useState } from 'react';
import { announce } from '../live/announcer.tsx';

/** Copies text and says so, to the eye and to the ear. */
export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} copied`);
    return true;
  } catch {
    announce('Copying is not allowed here');
    return false;
  }
}

/** A small button that copies. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <Button
      onClick={() => {
        void copyText(text, label).then((ok) => {
          setCopied(ok);
          setTimeout(() => setCopied(false), 1500);
        });
      }}
    >
      {copied ? 'Copied' : label}
    </Button>
  );
}
