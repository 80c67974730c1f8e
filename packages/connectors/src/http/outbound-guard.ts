import { lookup as lookupCallback, type LookupAddress } from 'node:dns';
import ipaddr from 'ipaddr.js';
import { Agent } from 'undici';

/** A call that must not leave: the reason is for the person who configured the address. */
export class OutboundDenied extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'OutboundDenied';
  }
}

/** Parses `AUTOOPS_OUTBOUND_ALLOW`: exact `host:port` pairs, separated by commas. Throws on anything else. */
export function parseOutboundAllow(text: string | undefined): ReadonlySet<string> {
  const pairs = (text ?? '')
    .split(',')
    .map((pair) => pair.trim().toLowerCase())
    .filter((pair) => pair !== '');
  for (const pair of pairs) {
    if (!/^(\[[0-9a-f:]+\]|[a-z0-9.-]+):\d{1,5}$/.test(pair))
      throw new Error(`AUTOOPS_OUTBOUND_ALLOW: "${pair}" is not host:port.`);
  }
  return new Set(pairs);
}

/**
 * Says why an address may not be called, or undefined when it may. Link-local (which holds the metadata services) is denied
 * whatever is configured; loopback and private ranges only unless the operator allowed this very host and port.
 */
export function addressProblem(address: string, allowed: boolean): string | undefined {
  const parsed = ipaddr.process(address); // unwraps IPv4 in IPv6
  const range = parsed.range();
  if (range === 'linkLocal') return `${address} is link-local: such addresses are never called.`;
  // fd00:ec2::254 is a metadata service inside the unique-local range.
  if (parsed.toNormalizedString() === 'fd00:ec2:0:0:0:0:0:254')
    return `${address} is a metadata service: it is never called.`;
  if (range === 'unicast' || allowed) return undefined;
  return `${address} is ${range}: allow its host:port in AUTOOPS_OUTBOUND_ALLOW if it is meant.`;
}

type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const resolveByDns: Resolve = (host) =>
  new Promise((resolve, reject) => {
    lookupCallback(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/**
 * Resolves a URL once, checks every address it has, and returns an agent pinned to the first: a name that resolves to something
 * else a moment later is never asked again. Throws OutboundDenied.
 */
export async function pinnedAgent(
  url: URL,
  options: { readonly allow: ReadonlySet<string>; readonly connectMs: number; readonly resolve?: Resolve },
): Promise<Agent> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new OutboundDenied(`${url.protocol} is not called; use http or https.`);
  if (url.username !== '' || url.password !== '') throw new OutboundDenied('Credentials do not belong into a URL.');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const allowed = options.allow.has(`${url.hostname.toLowerCase()}:${port}`);
  const literal = ipaddr.isValid(host);
  const addresses = literal
    ? [{ address: host, family: ipaddr.parse(host).kind() === 'ipv6' ? 6 : 4 }]
    : await (options.resolve ?? resolveByDns)(host);
  const [pinned] = addresses;
  if (pinned === undefined) throw new OutboundDenied(`${host} does not resolve.`);
  for (const { address } of addresses) {
    const problem = addressProblem(address, allowed);
    if (problem !== undefined) throw new OutboundDenied(`${host}: ${problem}`);
  }
  return new Agent({
    connect: {
      timeout: options.connectMs,
      lookup: (_hostname, lookupOptions, callback) => {
        if (lookupOptions.all) callback(null, [{ address: pinned.address, family: pinned.family }]);
        else callback(null, pinned.address, pinned.family);
      },
    },
    pipelining: 0,
  });
}
