import type { EditableParameter, Plan, PlanChanges, WhatIfResponse } from '@autoops/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { queries } from '../api/queries.ts';

/** How long typing must rest before policy is asked. */
const REST_MS = 300;

/** What was typed, by `runbook.parameter`. */
type Typed = Readonly<Record<string, string>>;

export const parameterKey = ({ runbook, name }: Pick<EditableParameter, 'runbook' | 'name'>): string =>
  `${runbook}.${name}`;

/** What was typed as the changes it makes; what is as stored, or is no number where one is wanted, makes none. */
export function changesOf(parameters: readonly EditableParameter[], typed: Typed): PlanChanges {
  const changes = new Map<string, Record<string, string | number>>();
  for (const parameter of parameters) {
    const text = typed[parameterKey(parameter)]?.trim();
    if (text === undefined || text === '') continue;
    const value = parameter.spec.type === 'string' ? text : Number(text);
    if (value === parameter.stored || (typeof value === 'number' && !Number.isFinite(value))) continue;
    changes.set(parameter.runbook, { ...changes.get(parameter.runbook), [parameter.name]: value });
  }
  return [...changes].map(([runbook, values]) => ({ runbook, parameters: values }));
}

export interface EditedPlan {
  readonly parameters: readonly EditableParameter[];
  readonly typed: Typed;
  readonly type: (parameter: EditableParameter, text: string) => void;
  readonly reset: () => void;
  /** What is typed now. */
  readonly changes: PlanChanges;
  /** What policy says of the edited plan; undefined while nothing differs from the stored one, or it cannot be had. */
  readonly answer: WhatIfResponse | undefined;
  /** True until the answer is of what is typed. */
  readonly waiting: boolean;
  readonly error: unknown;
  readonly again: () => Promise<unknown>;
}

/** A plan while somebody edits its parameters: judged anew each time the typing rests. Another plan starts from nothing typed. */
export function useEditedPlan(plan: Plan | undefined, allowed: boolean): EditedPlan {
  const [edit, setEdit] = useState<{ readonly planId: string; readonly typed: Typed }>({ planId: '', typed: {} });
  const typed = edit.planId === plan?.id ? edit.typed : {};
  const stored = useQuery({
    ...queries.whatIf(plan?.id ?? '', plan?.hash ?? '', []),
    enabled: plan !== undefined && allowed,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const parameters = stored.data?.parameters ?? [];
  const changes = changesOf(parameters, typed);
  const text = JSON.stringify(changes);
  const [rested, setRested] = useState('[]');
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const asked = JSON.parse(rested) as PlanChanges;
  const differs = changes.length > 0;
  const judged = useQuery({
    ...queries.whatIf(plan?.id ?? '', plan?.hash ?? '', asked),
    enabled: plan !== undefined && allowed && differs && asked.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const waiting = differs && (rested !== text || judged.isFetching);
  return {
    parameters,
    typed,
    type: (parameter, value) =>
      plan !== undefined && setEdit({ planId: plan.id, typed: { ...typed, [parameterKey(parameter)]: value } }),
    reset: () => setEdit({ planId: '', typed: {} }),
    changes,
    answer: differs && asked.length > 0 && judged.error === null ? judged.data : undefined,
    waiting,
    error: differs && rested === text ? judged.error : stored.error,
    again: () => judged.refetch(),
  };
}
