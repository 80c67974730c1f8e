import { randomUUID } from 'node:crypto';
import type { TellChange } from '../shop/shop.ts';
import type { Forwarder } from './forwarder.ts';

/** Returns a teller that sends each change as a CloudEvents 1.0 event in structured mode. */
export function changeEvents(forwarder: Forwarder): TellChange {
  return (kind, environment, data) => {
    forwarder.event({
      specversion: '1.0',
      id: randomUUID(),
      source: '/autoops/sandbox',
      type: `dev.autoops.change.${kind}.v1`,
      time: new Date().toISOString(),
      subject: `${environment}/${data.service}`,
      datacontenttype: 'application/json',
      data: { environment, ...data },
    });
  };
}
