export { startSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
export { FAULTS, type ActiveFault, type Fault } from './faults.ts';
export type { ActionResult, LedgerRow } from './ledger.ts';
export type { ActionRequest } from './actions/desk.ts';
export type { DiscoveredTarget } from './control/discovery.ts';
