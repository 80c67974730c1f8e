import type { FileMistake } from '@autoops/contracts';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { calls, perform } from '../api/actions.ts';

interface Checked {
  readonly valid: boolean;
  readonly mistakes: readonly FileMistake[];
}

/** Typing that rests this long is checked. */
const REST_MS = 400;

/** What the server, which loads runbooks, says of a text: every mistake with its place. Nothing is stored. */
export function useMistakes(text: string) {
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (yaml: string) => perform<Checked>(calls.validateRunbook(yaml)),
  });
  useEffect(() => {
    const timer = setTimeout(() => mutate(text), REST_MS);
    return () => clearTimeout(timer);
  }, [mutate, text]);
  return { checked: data, error, busy: isPending };
}

/** Where a line (from 1) begins and ends in a text, in characters. */
export function lineRange(text: string, line: number): readonly [number, number] {
  const lines = text.split('\n');
  const before = lines.slice(0, Math.max(0, line - 1)).reduce((sum, each) => sum + each.length + 1, 0);
  return [before, before + (lines[line - 1]?.length ?? 0)];
}
