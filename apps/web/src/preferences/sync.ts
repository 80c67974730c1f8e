import type { Preferences, PreferencesResource } from '@autoops/contracts';
import { getJson, send } from '../api/client.ts';
import { asProblem } from '../api/problem.ts';
import { readLocal, writeLocal } from './local.ts';
import { mergePreferences } from './merge.ts';

const PATH = '/api/v1/preferences';
/** Whose preferences this browser last had in common with the server, and which they were. */
const BASE_KEY = 'autoops-preferences';
/** Other tabs write too; each pass reads again. */
const PASSES = 4;

interface Base {
  readonly subject: string;
  readonly preferences: Preferences;
}

const EMPTY: Preferences = { views: {}, columns: {}, keys: {} };

function readBase(): Base | undefined {
  try {
    const base = JSON.parse(localStorage.getItem(BASE_KEY) ?? 'null') as Base | null;
    return typeof base?.subject === 'string' && typeof base.preferences === 'object' ? base : undefined;
  } catch {
    return undefined;
  }
}

function canonical(preferences: Preferences): string {
  const ordered = <T>(record: Readonly<Record<string, T>>) =>
    Object.entries(record).toSorted(([left], [right]) => left.localeCompare(right));
  const { views, columns, keys, density } = preferences;
  return JSON.stringify([ordered(views), ordered(columns), ordered(keys), density]);
}

/**
 * Brings this browser and the server together: reads what the server has, merges what was changed here since, stores the sum with the
 * version that was read, and shows it. What another person left in this browser is not taken along. Throws ApiProblem when the
 * server cannot be reached; then the browser's own copy stands, and the next call takes it along.
 */
export async function syncPreferences(subject: string): Promise<void> {
  for (let pass = 1; ; pass += 1) {
    const base = readBase();
    const remote = await getJson<PreferencesResource>(PATH);
    const other = base !== undefined && base.subject !== subject;
    const local = other ? EMPTY : readLocal();
    const merged = mergePreferences(other ? EMPTY : base?.preferences, local, remote.preferences);
    try {
      if (canonical(merged) !== canonical(remote.preferences))
        await send<PreferencesResource>('PUT', PATH, merged, { ifMatch: String(remote.version) });
    } catch (error) {
      if (asProblem(error).status !== 412 || pass === PASSES) throw error;
      continue;
    }
    // What was changed here while the answer was under way is a change since this base, and goes with the next call.
    const meanwhile = other ? merged : mergePreferences(local, readLocal(), merged);
    localStorage.setItem(BASE_KEY, JSON.stringify({ subject, preferences: merged } satisfies Base));
    if (canonical(meanwhile) !== canonical(readLocal())) writeLocal(meanwhile);
    return;
  }
}

/** Whether something was changed here that the server has not got yet. */
export function hasUnsent(subject: string): boolean {
  const base = readBase();
  return base?.subject !== subject || canonical(base.preferences) !== canonical(readLocal());
}
