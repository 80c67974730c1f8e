import { checkpointNote, checkpointText, merkleRoot } from '@autoops/digest';
import type { Signer } from '@autoops/pipeline/ports';
import type { Log } from '../telemetry/log.ts';
import type { Maintenance } from '../worker-store.ts';
import { startLoop, type Loop } from './loop.ts';

/**
 * Signs the audit log's tree of every workspace once in a while: whoever holds a checkpoint can later show that nothing before it
 * was changed. The note is `autoops-audit/<workspace>`, size and root, then the signature (C2SP signed-note form).
 */
export function startAuditCheckpoints(maintenance: Maintenance, signer: Signer, everyMs: number, log: Log): Loop {
  return startLoop(
    'audit checkpoints',
    everyMs,
    async () => {
      for (const workspace of await maintenance.workspaces()) {
        const { baseSeq, checkpointSize, leaves } = await maintenance.auditLeaves(workspace.id);
        // With a pruned beginning the tree no longer holds every leaf; its last checkpoint stands.
        if (baseSeq > 0 || leaves.length === 0 || leaves.length <= checkpointSize) continue;
        const root = merkleRoot(leaves);
        const head = { origin: `autoops-audit/${workspace.id}`, size: leaves.length, root };
        const signature = await signer.sign(new TextEncoder().encode(checkpointText(head)));
        await maintenance.writeCheckpoint(workspace.id, {
          size: leaves.length,
          root,
          bytes: new TextEncoder().encode(checkpointNote(head, signer.keyId, signature)),
        });
      }
    },
    log,
  );
}
