// A service with OpenTelemetry as its documentation says: the SDK takes where and how to send from OTEL_* variables alone.
// Counts and logs for `process.argv[2]` seconds, ends when everything was handed in, and says how much it was.
import { logs, metrics, SeverityNumber } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK();
sdk.start();
const meter = metrics.getMeter('stock');
const orders = meter.createCounter('stock.orders');
const duration = meter.createHistogram('stock.duration', { unit: 's' });
const logger = logs.getLogger('stock');

const until = performance.now() + Number(process.argv[2]) * 1000;
let written = 0;
while (performance.now() < until) {
  orders.add(1, { lane: written % 2 === 0 ? 'even' : 'odd' });
  duration.record((written % 10) / 10);
  logger.emit({
    severityNumber: written % 20 === 19 ? SeverityNumber.ERROR : SeverityNumber.INFO,
    body: `order ${written} is placed`,
    attributes: { number: written },
  });
  written += 1;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await sdk.shutdown();
process.stdout.write(`${JSON.stringify({ written })}\n`);
