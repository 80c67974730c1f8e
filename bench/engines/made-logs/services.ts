import type { Statements } from './made-log.ts';

const PEOPLE = [
  'root',
  'anna',
  'bela',
  'cyril',
  'dora',
  'emil',
  'fred',
  'gerd',
  'hugo',
  'ivan',
  'jane',
  'kurt',
  'lena',
];
const SITES = [
  'proxy.example.org',
  'mail.example.com',
  'cdn.example.net',
  'update.example.org',
  'chat.example.com',
  'api.example.net',
  'img.example.org',
  'sync.example.com',
  'ads.example.net',
];
const UNITS = ['nginx', 'postgresql', 'cron', 'docker', 'sshd', 'rsyslog', 'redis', 'chrony', 'snapd', 'fwupd'];
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TABLES = [
  'orders',
  'payments',
  'customers',
  'items',
  'carts',
  'sessions',
  'stock',
  'prices',
  'refunds',
  'events',
];

/** A client that sends connections through a proxy. */
export const PROXY_CLIENT: Statements = [
  [25, (v) => `${v.skewed(SITES)}:${v.number(65535)} open through proxy proxy.example.org:5070 HTTPS`],
  [
    15,
    (v) =>
      `${v.skewed(SITES)}:443 close, ${v.number(9999)} bytes sent, ${v.number(900)} bytes received, lifetime ${v.pick(['<1 sec', `0${v.number(9)}:${v.number(50) + 10}`])}`,
  ],
  [
    15,
    (v) =>
      `${v.skewed(SITES)}:443 close, ${v.number(9999)} bytes (${v.number(9)}.${v.number(99)} KB) sent, ${v.number(900)} bytes received, lifetime ${v.pick(['<1 sec', `0${v.number(9)}:${v.number(50) + 10}`])}`,
  ],
  [
    15,
    (v) =>
      `${v.skewed(SITES)}:443 close, ${v.number(9999)} bytes (${v.number(9)}.${v.number(99)} KB) sent, ${v.number(99999)} bytes (${v.number(99)}.${v.number(9)} ${v.pick(['KB', 'MB'])}) received, lifetime 0${v.number(9)}:${v.number(50) + 10}`,
  ],
  [
    3,
    (v) =>
      `${v.skewed(SITES)}:${v.number(65535)} error : Could not connect through proxy proxy.example.org:5070 - Proxy server cannot establish a connection with the target, status code ${v.number(600)}`,
  ],
  [3, (v) => `${v.skewed(SITES)}:${v.number(65535)} error : A connection request was canceled before the completion.`],
];

/** A login server's daemons. */
export const LOGIN_SERVER: Statements = [
  [12, (v) => `session opened for user ${v.skewed(PEOPLE)} by (uid=${v.number(2)})`],
  [12, (v) => `session closed for user ${v.skewed(PEOPLE)}`],
  [10, (v) => `(${v.skewed(PEOPLE)}) CMD (run-parts /etc/cron.${v.pick(['hourly', 'daily', 'weekly'])})`],
  [
    8,
    (v) =>
      `connection from ${v.address()} (${v.skewed(SITES)}) at ${v.pick(DAYS)} ${v.pick(MONTHS)} ${v.number(28) + 1} 0${v.number(9)}:${v.number(50) + 10}:${v.number(50) + 10} 2024`,
  ],
  [
    8,
    (v) =>
      `Accepted publickey for ${v.skewed(PEOPLE)} from ${v.address()} port ${v.number(65535)} ssh2: RSA SHA256:${v.hex(20)}`,
  ],
  [6, (v) => `Failed password for invalid user ${v.skewed(PEOPLE)}x from ${v.address()} port ${v.number(65535)} ssh2`],
  [6, (v) => `Started Session ${v.number()} of user ${v.skewed(PEOPLE)}.`],
  [6, (v) => `Starting ${v.skewed(UNITS)}.service...`],
  [6, (v) => `${v.skewed(UNITS)}.service: Succeeded.`],
  [6, (v) => `synchronized to ${v.address()}, stratum ${v.number(9)}`],
  [6, () => 'check pass; user unknown'],
  [4, (v) => `DHCPDISCOVER from ${Array.from({ length: 6 }, () => v.hex(2)).join(':')} via eth${v.number(3)}`],
  [
    4,
    (v) =>
      `DHCPOFFER on ${v.address()} to ${Array.from({ length: 6 }, () => v.hex(2)).join(':')} via eth${v.number(3)}`,
  ],
  [
    4,
    (v) =>
      `Out of memory: Killed process ${v.number(9999)} (${v.skewed(UNITS)}) total-vm:${v.number()}kB, anon-rss:${v.number()}kB, file-rss:0kB`,
  ],
  [3, (v) => `eth${v.number(3)}: Link is Up - ${v.pick(['100Mbps', '1Gbps'])}/Full - flow control rx/tx`],
  [3, (v) => `eth${v.number(3)}: Link is Down`],
  [
    2,
    (v) =>
      `pam_unix(sudo:auth): authentication failure; logname=${v.skewed(PEOPLE)} uid=${v.number(2000)} euid=0 tty=/dev/pts/${v.number(9)} ruser=${v.skewed(PEOPLE)} rhost=  user=${v.skewed(PEOPLE)}`,
  ],
  [2, () => `warning: can't get client address: Connection reset by peer`],
];

/** A web server before an application, with its database's complaints. */
export const WEB_SHOP: Statements = [
  [
    25,
    (v) =>
      `${v.address()} - - [10/Oct/2026:13:55:${v.number(50) + 10} +0000] "GET /${v.skewed(TABLES)}/${v.skewed(['list', 'detail', 'search', 'export', 'new'])} HTTP/1.1" ${v.pick([200, 304, 404])} ${v.number()} "-" "Mozilla/5.0"`,
  ],
  [
    8,
    (v) =>
      `${v.address()} - - [10/Oct/2026:13:55:${v.number(50) + 10} +0000] "POST /${v.skewed(TABLES)}/${v.skewed(['list', 'detail', 'search', 'export', 'new'])} HTTP/1.1" ${v.pick([201, 422])} ${v.number()} "-" "Mozilla/5.0"`,
  ],
  [10, (v) => `Started GET "/${v.skewed(TABLES)}" for ${v.address()} at 2026-10-10 13:55:${v.number(50) + 10} +0000`],
  [
    10,
    (v) =>
      `Completed ${v.pick(['200 OK', '404 Not Found'])} in ${v.number(900)}ms (Views: ${v.number(99)}.${v.number(9)}ms | Database: ${v.number(99)}.${v.number(9)}ms)`,
  ],
  [8, (v) => `relation "${v.skewed(TABLES)}" does not exist at character ${v.number(99)}`],
  [8, (v) => `automatic vacuum of table "shop.public.${v.skewed(TABLES)}": index scans: ${v.number(3)}`],
  [
    8,
    (v) =>
      `process ${v.number(9999)} acquired ShareLock on transaction ${v.number()} after ${v.number(5000)}.${v.number(999)} ms`,
  ],
  [
    8,
    (v) =>
      `process ${v.number(9999)} still waiting for ShareLock on transaction ${v.number()} after ${v.number(5000)}.${v.number(999)} ms`,
  ],
  [8, (v) => `password authentication failed for user "${v.skewed(PEOPLE)}"`],
  [6, (v) => `mail to ${v.skewed(PEOPLE)}@example.com queued as ${v.hex(10)}`],
  [6, (v) => `sent invoice to ${v.skewed(PEOPLE)}@example.com in ${v.number(9)} ${v.pick(['ms', 's'])}`],
  [6, (v) => `level=info msg="cache refreshed" table=${v.skewed(TABLES)} rows=${v.number()} took=${v.number(99)}ms`],
  [6, (v) => `level=warn msg="cache is stale" table=${v.skewed(TABLES)} age=${v.number(99)}m`],
  [
    4,
    (v) =>
      `checkpoint complete: wrote ${v.number()} buffers (${v.number(99)}.${v.number(9)}%); write=${v.number(99)}.${v.number(999)} s, sync=0.${v.number(999)} s, total=${v.number(99)}.${v.number(999)} s`,
  ],
  [3, () => 'checkpoint starting: time'],
  [
    3,
    (v) =>
      `backup of ${v.skewed(TABLES)} finished on ${v.pick(DAYS)} ${v.pick(MONTHS)} ${v.number(28) + 1} 04:${v.number(50) + 10} ${v.pick(['UTC', 'CET'])}`,
  ],
  [2, () => 'database system is ready to accept connections'],
  [2, () => 'received fast shutdown request'],
  [2, (v) => `worker ${v.number(9)} paused`],
  [2, (v) => `worker ${v.number(9)} resumed`],
  [2, (v) => `worker ${v.number(9)} stopped`],
];

/** A controller of containers. */
export const CONTAINER_HOST: Statements = [
  [12, (v) => `Pulling image "registry.example.com/${v.skewed(TABLES)}:v${v.number(9)}.${v.number(9)}"`],
  [
    12,
    (v) =>
      `Successfully pulled image "registry.example.com/${v.skewed(TABLES)}:v${v.number(9)}.${v.number(9)}" in ${v.number(9)}.${v.number(999)}s`,
  ],
  [10, (v) => `Created container ${v.skewed(TABLES)}`],
  [10, (v) => `Started container ${v.skewed(TABLES)}`],
  [
    8,
    (v) =>
      `Readiness probe failed: Get "http://${v.address()}:8080/healthz": dial tcp ${v.address()}:8080: connect: connection refused`,
  ],
  [
    8,
    (v) =>
      `Back-off restarting failed container ${v.skewed(TABLES)} in pod ${v.skewed(TABLES)}-${v.hex(8)}-${v.hex(5)}_default(${v.uuid()})`,
  ],
  [8, (v) => `"Syncing pod" pod="default/${v.skewed(TABLES)}-${v.hex(8)}" podUID="${v.uuid()}"`],
  [8, (v) => `Scaled up replica set ${v.skewed(TABLES)}-${v.hex(8)} to ${v.number(9)} from ${v.number(9)}`],
  [8, (v) => `Scaled down replica set ${v.skewed(TABLES)}-${v.hex(8)} to ${v.number(9)} from ${v.number(9)}`],
  [6, (v) => `0/${v.number(9)} nodes are available: ${v.number(9)} Insufficient ${v.pick(['cpu', 'memory'])}.`],
  [6, (v) => `Volume "pvc-${v.uuid()}" is attached to node "${v.skewed(UNITS)}-node"`],
  [4, (v) => `Node ${v.skewed(UNITS)}-node status is now: NodeReady`],
  [4, (v) => `Node ${v.skewed(UNITS)}-node status is now: NodeNotReady`],
  [2, () => 'Starting controller'],
  [2, () => 'Shutting down controller'],
];
