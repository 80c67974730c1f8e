import type { ConfigKind, ServiceResource, SloResource } from '@autoops/contracts';

/** What the worker computed last of an SLO or a service's risk; read models serve it, nothing decides on it. */
export interface StatusStore {
  putSlo(workspaceId: string, slo: SloResource): Promise<void>;
  putRisk(
    workspaceId: string,
    service: string,
    environment: string,
    risk: NonNullable<ServiceResource['risk']>,
  ): Promise<void>;
  /** Source health for the Integrations screen. */
  putSource(
    workspaceId: string,
    source: {
      readonly name: string;
      readonly type: string;
      readonly lagSeconds: number | null;
      readonly error: string | undefined;
      readonly intervalSeconds: number;
      readonly seasonSeconds: readonly number[];
    },
  ): Promise<void>;
  /** A hint to browsers to refetch; not durable. */
  tick(workspaceId: string, hint: { readonly environment: string; readonly service: string }): Promise<void>;
}

/** Stores validated documents as versioned rows; an unchanged digest makes no new version. Returns the names that changed. */
export interface ConfigWriter {
  replace(
    workspaceId: string,
    kind: ConfigKind,
    documents: readonly {
      readonly name: string;
      readonly body: unknown;
      readonly text: string;
      readonly digest: string;
    }[],
  ): Promise<readonly string[]>;
  /** Remembers a failed reload for the banner; `undefined` clears it. */
  reportProblem(
    workspaceId: string,
    problem: { readonly file: string; readonly message: string } | undefined,
  ): Promise<void>;
}
