import type { Action, Target } from '@autoops/contracts';
import type { TargetConnector } from '@autoops/pipeline/ports';
import { describe, expect, it } from 'vitest';
import { redactingConnector } from './redacting-connector.ts';

const CANARIES = ['hunter2-hunter2', 'jane.doe@example.org', '4111 1111 1111 1111'];
const said = {
  owner: 'jane.doe@example.org',
  password: 'hunter2-hunter2',
  note: 'card 4111 1111 1111 1111 password=hunter2-hunter2',
};
const target = {
  key: 'staging/http/a',
  tool: 'http',
  kind: 'service',
  uid: 'u',
  environment: 'staging',
} as unknown as Target;
const request = { opId: 'o', epoch: 1, target, action: { kind: 'set', args: {} } as Action, timeoutMs: 100 };

/** A target that says in every field what must not be kept. */
function talkative(inverse: Action | undefined): TargetConnector {
  return {
    tool: 'http',
    classOf: () => 'A',
    discover: async () => [{ target, owned: said, observed: said }],
    read: async () => ({ target, owned: said, observed: said }),
    dryRun: async () => ({ ok: true, before: said, after: said, inverse, detail: said.note }),
    execute: async () => ({
      kind: 'applied',
      before: said,
      after: said,
      detail: { ...said, inverse: { kind: 'set', args: said } },
    }),
    outcomeOf: async () => ({ kind: 'unknown', detail: said.note }),
  };
}

describe('redactingConnector', () => {
  it('lets nothing through that may not be stored, in any answer', async () => {
    const connector = redactingConnector(talkative({ kind: 'set', args: { level: 3 } } as Action));
    const answers = JSON.stringify([
      await connector.discover('staging'),
      await connector.read(target),
      await connector.dryRun(request),
      await connector.execute(request),
      await connector.outcomeOf(request),
    ]);
    for (const canary of CANARIES) expect(answers).not.toContain(canary);
    expect(await connector.dryRun(request)).toMatchObject({
      ok: true,
      inverse: { args: { level: 3 } },
      before: { owner: '[redacted:email]', password: '[redacted:secret]' },
    });
    expect(await connector.execute(request)).not.toHaveProperty('detail.inverse');
  });

  it('refuses what could only be undone with a value that may not be stored', async () => {
    const connector = redactingConnector(talkative({ kind: 'set', args: said } as Action));
    const answer = await connector.dryRun(request);
    expect(answer).toMatchObject({ ok: false, inverse: undefined });
    expect(answer.detail).toContain('may not be stored');
  });
});
