import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { perform, type ActionCall } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { announce } from '../live/announcer.tsx';
import { newKey } from '../api/new-key.ts';
import { refresh } from '../api/refresh.ts';

/**
 * Performs one call at a time. The idempotency key belongs to the intention: a retry after a lost answer repeats it, so that the
 * action happens once; a new click after an answer has a new one.
 */
export function useAction<T>(onDone?: (answer: T, call: ActionCall) => void) {
  const client = useQueryClient();
  const key = useRef<string | undefined>(undefined);
  return useMutation({
    mutationFn: (call: ActionCall) => {
      key.current ??= newKey();
      return perform<T>(call, key.current);
    },
    onSuccess: (answer, call) => {
      key.current = undefined;
      announce(`${call.title}: done`);
      refresh(client);
      onDone?.(answer, call);
    },
    onError: (error, call) => {
      const problem = asProblem(error);
      if (problem.status !== 0) key.current = undefined;
      // It was decided on something that is no longer so: what the page shows is read again.
      if (problem.status === 409 || problem.status === 412) refresh(client);
      announce(`${call.title}: ${problem.title}`);
    },
  });
}
