/** The catalogue: answers items, in 8 ms. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE } from '../constants.ts';
import { seededRandom, varied } from '../random.ts';
import { answerSupervisor } from './channel.ts';
import { answer, answerMetrics, listen } from './http.ts';
import { serviceMetrics } from './service-metrics.ts';

let extraMs = 0;

async function start({ seed }: { seed: string }): Promise<{ port: number }> {
  const random = seededRandom(`${seed}/catalogue`);
  const { registry, answered } = serviceMetrics('page');
  const { port } = await listen((incoming, outgoing) => {
    if (incoming.url === '/metrics') return answerMetrics(outgoing, registry);
    const startedAt = performance.now();
    void sleep(varied(random, CATALOGUE.serviceMs + extraMs, 0.15)).then(() => {
      if (outgoing.destroyed) return;
      answered(200, 1, startedAt);
      answer(outgoing, 200, { id: incoming.url, inStock: true });
    });
  });
  return { port };
}

answerSupervisor({ start, slow: (by: { extraMs: number }) => void (extraMs = by.extraMs) });
