import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Programs of the operating system that some tests need, by the names they go under, and how to get them. */
export const PARTS = {
  chromium: { names: ['chromium', 'chromium-browser', 'google-chrome'], install: 'apt-get install chromium' },
  'redis-server': { names: ['redis-server'], install: 'apt-get install redis-server' },
  prometheus: { names: ['prometheus'], install: 'apt-get install prometheus' },
  alertmanager: {
    names: ['prometheus-alertmanager', 'alertmanager'],
    install: 'apt-get install prometheus-alertmanager',
  },
  ffmpeg: { names: ['ffmpeg'], install: 'apt-get install ffmpeg' },
  pdftotext: { names: ['pdftotext'], install: 'apt-get install poppler-utils' },
  openssl: { names: ['openssl'], install: 'apt-get install openssl' },
  ip: { names: ['ip', '/usr/sbin/ip', '/sbin/ip'], install: 'apt-get install iproute2' },
  opa: { names: [join(root, '.toolchain/go/bin/opa'), 'opa'], install: 'scripts/go-tools.sh' },
} as const;

/** The name of a part. */
export type Part = keyof typeof PARTS;

/** Returns the path of a part's program, or undefined when this machine does not have it. */
export function part(name: Part): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const { names } = PARTS[name];
  const paths = names.flatMap((program) =>
    program.startsWith('/') ? [program] : directories.map((directory) => join(directory, program)),
  );
  return paths.find((path) => existsSync(path));
}

/** Returns the path of a part inside a suite gated by `needs`. Throws where the gate is missing. */
export function requirePart(name: Part): string {
  const path = part(name);
  if (path === undefined) throw new Error(`${name} is not installed: ${PARTS[name].install}`);
  return path;
}
