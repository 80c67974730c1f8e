import { z } from 'zod';
import { JsonObject, Name, Sha256 } from './primitives.ts';

/** OpenSLO v1 (the parts we read): a rolling window and one ratio objective. */
export const OpenSlo = z.object({
  apiVersion: z.literal('openslo/v1'),
  kind: z.literal('SLO'),
  metadata: z.object({
    name: Name,
    displayName: z.string().optional(),
    labels: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.object({
    description: z.string().optional(),
    service: Name,
    budgetingMethod: z.enum(['Occurrences', 'Timeslices', 'RatioTimeslices']),
    timeWindow: z
      .array(
        z.object({
          duration: z.string().regex(/^\d+[mhdwMQY]$/),
          isRolling: z.boolean().default(true),
        }),
      )
      .length(1),
    indicator: z.object({
      metadata: z.object({ name: Name }),
      spec: z.object({
        ratioMetric: z.object({
          counter: z.boolean().optional(),
          good: z.object({ metricSource: z.object({ type: z.string().optional(), spec: JsonObject }) }).optional(),
          bad: z.object({ metricSource: z.object({ type: z.string().optional(), spec: JsonObject }) }).optional(),
          total: z.object({
            metricSource: z.object({ type: z.string().optional(), spec: JsonObject }),
          }),
        }),
      }),
    }),
    objectives: z
      .array(
        z.object({
          displayName: z.string().optional(),
          target: z.number().gt(0).lt(1).optional(),
          targetPercent: z.number().gt(0).lt(100).optional(),
        }),
      )
      .min(1),
  }),
});
export type OpenSlo = z.infer<typeof OpenSlo>;

/** `topology.yaml`: who calls whom, who owns what, which jobs and queues share which resource. */
export const Topology = z.strictObject({
  apiVersion: z.literal('autoops.dev/v1'),
  kind: z.literal('Topology'),
  services: z.array(
    z.strictObject({
      name: Name,
      title: z.string(),
      owner: z.string(),
      dependsOn: z.array(Name).default([]),
      usesResources: z.array(Name).default([]),
      queue: Name.optional(),
      scalable: z.boolean().default(false),
      replicas: z.strictObject({ normal: z.number().int(), maximum: z.number().int() }).optional(),
    }),
  ),
  jobs: z
    .array(
      z.strictObject({
        name: Name,
        title: z.string(),
        owner: z.string(),
        usesResources: z.array(Name).default([]),
        throttleable: z.boolean(),
      }),
    )
    .default([]),
  resources: z.array(z.strictObject({ name: Name, title: z.string(), kind: z.string() })).default([]),
});
export type Topology = z.infer<typeof Topology>;

/** `sources.yaml`: where signals come from. Season lengths are a property of a source. */
export const SourceConfig = z.strictObject({
  name: Name,
  type: z.enum(['prometheus-http-sd', 'prometheus-targets', 'prometheus-server', 'push']),
  url: z.string().optional(),
  targets: z.array(z.string()).default([]),
  intervalSeconds: z.number().positive().default(15),
  latenessSeconds: z.number().min(0).max(60).default(0),
  seasonSeconds: z.array(z.number().positive()).default([86_400, 604_800]),
  labels: z.record(z.string(), z.string()).default({}),
  queries: z.array(z.strictObject({ metric: z.string(), query: z.string() })).default([]),
  auth: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('basic'), username: z.string(), passwordFile: z.string() }),
      z.strictObject({ kind: z.literal('bearer'), tokenFile: z.string() }),
      z.strictObject({
        kind: z.literal('mtls'),
        certFile: z.string(),
        keyFile: z.string(),
        caFile: z.string().optional(),
      }),
    ])
    .default({ kind: 'none' }),
  caFile: z.string().optional(),
});
export type SourceConfig = z.infer<typeof SourceConfig>;
export const Sources = z.strictObject({
  apiVersion: z.literal('autoops.dev/v1'),
  kind: z.literal('Sources'),
  sources: z.array(SourceConfig),
});

/** A configuration document as loaded: versioned rows with their digest. `body` is the validated document. */
export const ConfigKind = z.enum(['slo', 'topology', 'rate-card', 'sources', 'indicators', 'environment', 'runbook']);
export type ConfigKind = z.infer<typeof ConfigKind>;
export interface ConfigDocument {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly version: number;
  readonly digest: Sha256;
  readonly body: unknown;
  readonly text: string;
  readonly loadedAt: string;
}
