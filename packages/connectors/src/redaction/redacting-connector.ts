import type { Action, JsonObject } from '@autoops/contracts';
import type { ActionOutcome, TargetConnector, TargetState } from '@autoops/pipeline/ports';
import { Redactor } from './redactor.ts';

const object = (field: string, value: JsonObject): JsonObject => new Redactor().json(field, value) as JsonObject;
const text = (value: string): string => new Redactor().text('detail', value);

/** True when nothing of an action would have to be redacted: an undo with a blackened value would set that value. */
function storable(action: Action | undefined): boolean {
  if (action === undefined) return true;
  const redactor = new Redactor();
  redactor.json('inverse', action.args);
  return redactor.redactions().length === 0;
}

function stateOf(state: TargetState): TargetState {
  return { ...state, owned: object('owned', state.owned), observed: object('observed', state.observed) };
}

function outcomeOf<T extends ActionOutcome | { readonly kind: 'never' }>(outcome: T): T {
  if (outcome.kind === 'never') return outcome;
  if (outcome.kind !== 'applied') return { ...outcome, detail: text(outcome.detail) };
  const { before, after, detail } = outcome;
  const clean = object('detail', detail);
  // Without its inverse the run undoes by what was written down before the effect.
  if (JSON.stringify(clean['inverse']) !== JSON.stringify(detail['inverse'])) delete clean['inverse'];
  return { ...outcome, before: object('before', before), after: object('after', after), detail: clean };
}

/**
 * A connector whose every answer goes through the redaction hooks before anybody stores, logs or hashes it: what a target says of
 * itself is as strange as a log line. A dry run whose inverse would hold something to redact is refused: it could not be undone.
 */
export function redactingConnector(connector: TargetConnector): TargetConnector {
  return {
    tool: connector.tool,
    ...(connector.asksByRepeating === undefined ? {} : { asksByRepeating: connector.asksByRepeating }),
    classOf: (action) => connector.classOf(action),
    discover: async (environment) => (await connector.discover(environment)).map(stateOf),
    read: async (target) => {
      const state = await connector.read(target);
      return state && stateOf(state);
    },
    dryRun: async (request) => {
      const { ok, before, after, inverse, detail } = await connector.dryRun(request);
      const undoable = storable(inverse);
      return {
        ok: ok && undoable,
        before: object('before', before),
        after: object('after', after),
        inverse: undoable ? inverse : undefined,
        detail: undoable
          ? text(detail)
          : 'Its undo would need a value that may not be stored (a secret, an e-mail address or a card number).',
      };
    },
    execute: async (request) => outcomeOf(await connector.execute(request)),
    outcomeOf: async (request) => outcomeOf(await connector.outcomeOf(request)),
  };
}
