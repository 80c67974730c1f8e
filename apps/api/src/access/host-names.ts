import { isLoopback } from '../starting/safe-start.ts';
import type { Settings } from '../settings.ts';

/**
 * A test of Host headers against DNS rebinding: a page of another site that resolves to this address still sends its own name.
 * Allowed are loopback names when bound to loopback, the public URL's host, the bind address and AUTOOPS_ALLOWED_HOSTS.
 */
export function hostAllowed(
  settings: Pick<Settings, 'host' | 'publicUrl' | 'allowedHosts'>,
): (hostHeader: string | undefined) => boolean {
  const names = new Set(settings.allowedHosts);
  const publicHost = settings.publicUrl === undefined ? null : URL.parse(settings.publicUrl);
  if (publicHost !== null) names.add(publicHost.hostname.toLowerCase());
  names.add(settings.host.toLowerCase());
  if (isLoopback(settings.host) || settings.host === '0.0.0.0' || settings.host === '::')
    for (const name of ['localhost', '127.0.0.1', '::1']) names.add(name);
  return (header) => {
    if (header === undefined || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(header)) return false;
    return names.has(
      header
        .replace(/:\d{1,5}$/, '')
        .replace(/^\[|\]$/g, '')
        .toLowerCase(),
    );
  };
}
