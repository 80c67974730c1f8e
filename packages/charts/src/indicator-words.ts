/** Names that people say otherwise than the signals spell them. */
const INDICATORS: Readonly<Record<string, string>> = {
  request_rate: 'request rate',
  error_ratio: 'error ratio',
  attempt_rate: 'attempt rate',
  attempt_error_ratio: 'attempt error ratio',
  retry_ratio: 'retry ratio',
  latency_p50: 'median latency',
  latency_p95: 'latency p95',
  latency_p99: 'latency p99',
  saturation: 'busy slots',
  ready_replicas: 'ready replicas',
  desired_replicas: 'desired replicas',
  memory_ratio: 'memory use',
  queue_depth: 'queue depth',
  queue_age: 'queue age',
  queue_throughput: 'queue throughput',
  db_connections: 'database connections',
  db_connections_used: 'database connections used',
  checkout_timeouts: 'checkout time-outs',
  client_rate: 'client request rate',
  client_error_ratio: 'client error ratio',
  client_latency_p95: 'client latency p95',
  client_replica_error_ratio: 'replica error ratio at clients',
  orders_confirmed_ratio: 'on-time ratio',
  balancer_healthy_replicas: 'healthy replicas at the balancer',
  balancer_served_ratio: 'balancer success ratio',
  balancer_replica_error_ratio: 'replica error ratio at the balancer',
};

/** An indicator's name in words: "error_ratio" -> "error ratio", "saturation" -> "busy slots". */
export function indicatorName(indicator: string): string {
  const [, slo, part] = /^slo:(.+):(total|counted)$/u.exec(indicator) ?? [];
  if (slo !== undefined) return `${part === 'total' ? 'all' : 'counted'} events of the SLO ${slo}`;
  return INDICATORS[indicator] ?? indicator.replaceAll('_', ' ').replace(/^db /u, 'database ');
}

/** What an indicator of a service is called: ("orders", "queue_age") -> "orders queue age"; a name that holds the service's says it once. */
export function subjectText(service: string, indicator: string): string {
  const words = indicatorName(indicator);
  return words.startsWith(`${service} `) ? words : `${service} ${words}`;
}

/** The same within a sentence: "queue age of orders"; a name that holds the service's says it once. */
export function indicatorOf(service: string, indicator: string): string {
  const words = indicatorName(indicator);
  return words.startsWith(`${service} `) ? words : `${words} of ${service}`;
}
