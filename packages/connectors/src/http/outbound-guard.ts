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

/** Says why a URL is not called whatever its host's name resolves to, or undefined where only the call itself can tell. */
export function outboundProblem(url: URL, allow: ReadonlySet<string>): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `${url.protocol} is not called; use http or https.`;
  if (url.username !== '' || url.password !== '') return 'Credentials do not belong into a URL.';
  const host = hostOf(url);
  return ipaddr.isValid(host) ? addressProblem(host, isAllowed(url, allow)) : undefined;
}

/** A host as addresses are written: an IPv6 one without its brackets. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function isAllowed(url: URL, allow: ReadonlySet<string>): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return allow.has(`${url.hostname.toLowerCase()}:${port}`);
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
  const denied = outboundProblem(url, options.allow);
  if (denied !== undefined) throw new OutboundDenied(`${url.hostname}: ${denied}`);
  const host = hostOf(url);
  const allowed = isAllowed(url, options.allow);
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
