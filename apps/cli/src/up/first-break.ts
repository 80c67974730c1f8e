import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { cliTokenFile } from './token-files.ts';
import type { Settings } from './settings.ts';

const Services = z.object({ items: z.array(z.object({ state: z.string() })) });
const Demo = z.object({ anybodyHasBroken: z.boolean() });
const Broken = z.object({ at: z.string() });
const ENVIRONMENT = 'staging';
const POLL_MS = 1000;

/**
 * At the first start: breaks the noisy job in staging once, as soon as every service there is learned, so that a newcomer
 * sees a real incident without doing anything. Skipped when anybody has ever broken something (the sandbox remembers).
 * Resolves true when it broke something. The product lives without it: a failure is said, not thrown.
 */
export async function firstBreak(
  settings: Settings,
  say: (sentence: string) => void,
  signal: AbortSignal,
  poll = POLL_MS,
): Promise<boolean> {
  try {
    for (;;) {
      const demo = await ask(settings, signal, Demo, 'GET', '/api/v1/demo');
      if (demo?.anybodyHasBroken) return false;
      if (demo !== undefined) {
        const services = await ask(settings, signal, Services, 'GET', `/api/v1/services?environment=${ENVIRONMENT}`);
        const learned = services?.items.every(({ state }) => state !== 'learning' && state !== 'no-data') ?? false;
        if (learned && (services?.items.length ?? 0) > 0) break;
      }
      await sleep(poll, undefined, { signal });
    }
    const body = { fault: 'noisy-job', environment: ENVIRONMENT, rising: true };
    const broken = await ask(settings, signal, Broken, 'POST', '/api/v1/demo/break', body);
    if (broken === undefined) {
      say('The demo could not break its noisy job. Do it yourself:  npx --no autoops demo break noisy-job');
      return false;
    }
    say(
      `The demo has just broken the noisy job in ${ENVIRONMENT}, this once. Watch AutoOps find it: ${settings.publicUrl ?? settings.url}`,
    );
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** One call as the command line of this machine; undefined when there is no usable answer yet (the sandbox still starts). */
async function ask<T>(
  settings: Settings,
  signal: AbortSignal,
  schema: z.ZodType<T>,
  method: string,
  path: string,
  body?: object,
): Promise<T | undefined> {
  const headers = {
    authorization: `Bearer ${readFileSync(cliTokenFile(settings.dataDir), 'utf8').trim()}`,
    'content-type': 'application/json',
    ...(body !== undefined && { 'idempotency-key': randomUUID() }),
  };
  try {
    const answer = await fetch(`${settings.url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    if (!answer.ok) return undefined;
    return schema.safeParse(await answer.json()).data;
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined; // the API restarts
  }
}
