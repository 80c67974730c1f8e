import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Failure, say, step } from './progress.mjs';
import { run } from './processes.mjs';
import { root } from './root.mjs';

const NODE = '24.21.0';
const PNPM = '12.21.0';
/** Node from this version on is used as it is. */
const ENOUGH = [24, 11, 1];
/** The platforms for which Node, pnpm and PostgreSQL come from npm. */
const PLATFORMS = ['linux-x64', 'linux-arm64'];
/** Toolchain, dependencies and build take about 1.3 GB. */
const NEEDED_BYTES = 1.5e9;

/** Returns the paths of Node and pnpm, fetched from npm into .toolchain the first time. */
export async function ensureToolchain() {
  const platform = `${process.platform}-${process.arch}`;
  const ownNode = isEnough(process.versions.node);
  // A complete toolchain serves a shell with a new Node, too: only its pnpm is used then.
  const complete = join(root, '.toolchain', `${platform}-node${NODE}-pnpm${PNPM}`);
  const directory = ownNode && !existsSync(complete) ? join(root, '.toolchain', `${platform}-pnpm${PNPM}`) : complete;
  const modules = join(directory, 'node_modules');
  const toolchain = {
    node: ownNode ? process.execPath : join(modules, `node-${platform}`, 'bin', 'node'),
    pnpm: join(modules, '@pnpm', `exe.${platform}`, 'pnpm'),
  };
  if (existsSync(toolchain.node) && existsSync(toolchain.pnpm)) return toolchain;
  checkPlatform(platform);
  checkSpace();
  say(`First start on this machine: setting up (about a minute, once).`);
  const packages = [`pnpm@${PNPM}`, ...(ownNode ? [] : [`node-${platform}@${NODE}`])];
  await step('toolchain', `Fetching ${ownNode ? '' : `Node ${NODE} and `}pnpm ${PNPM}`, () =>
    fetchInto(directory, packages),
  );
  if (existsSync(toolchain.node) && existsSync(toolchain.pnpm)) return toolchain;
  throw new Failure(
    'npm fetched the toolchain, but a program in it is missing.',
    `Delete ${directory} and run the command again.`,
  );
}

/** Tells whether this Node can run the product. */
export function isEnough(version) {
  const numbers = version.split('.').map(Number);
  for (let place = 0; place < 3; place += 1)
    if (numbers[place] !== ENOUGH[place]) return numbers[place] > ENOUGH[place];
  return true;
}

async function fetchInto(directory, packages) {
  mkdirSync(dirname(directory), { recursive: true });
  removeLeftovers(dirname(directory));
  const partial = mkdtempSync(join(dirname(directory), 'partial-'));
  const npm = npmCommand();
  try {
    await run(
      npm[0],
      [
        ...npm.slice(1),
        'install',
        '--prefix',
        partial,
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--no-package-lock',
        '--no-update-notifier',
        '--loglevel=error',
        '--fetch-retries=3',
        '--fetch-retry-mintimeout=1000',
        '--fetch-retry-maxtimeout=8000',
        ...packages,
      ],
      { env: cleanEnvironment(), explain: explainFetch },
    );
    rmSync(directory, { recursive: true, force: true });
    renameSync(partial, directory); // atomic: an interrupted fetch leaves nothing that looks complete
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(directory) || error instanceof Failure) throw error; // else another start was faster
  }
}

function removeLeftovers(parent) {
  for (const name of readdirSync(parent)) {
    const old = name.startsWith('partial-') && Date.now() - statSync(join(parent, name)).mtimeMs > 3_600_000;
    if (old) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** npm as `node npm-cli.js`, so that no shell and no PATH decides which npm runs. */
function npmCommand() {
  const candidates = [
    process.env.npm_execpath,
    join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = candidates.find((path) => path !== undefined && /npm-cli\.[cm]?js$/.test(path) && existsSync(path));
  return found ? [process.execPath, found] : ['npm'];
}

/** Says in words what kept a download from working; shared by npm's and pnpm's failures. */
export function explainFetch(output) {
  if (/ENOSPC|no space left/i.test(output))
    return ['The disk is full.', 'Free about 1.5 GB and run the command again.'];
  if (/EACCES|EPERM|EROFS|permission denied/i.test(output)) {
    return [
      'A directory is not writable.',
      `Check who owns ${root} and your npm cache (\`npm config get cache\`), then run the command again.`,
    ];
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|network|fetch failed|dns error|error sending request|META_FETCH_FAIL/i.test(
      output,
    )
  ) {
    return [
      'The package registry cannot be reached.',
      'The first start needs it. Check the connection, `npm config get registry` and HTTPS_PROXY, then run the command again.',
    ];
  }
  if (/CERT|certificate|self[- ]signed/i.test(output)) {
    return [
      'The package registry shows a certificate this machine does not trust.',
      'Behind an inspecting proxy, set NODE_EXTRA_CA_CERTS (and `npm config set cafile`) to its certificate.',
    ];
  }
  if (/E40[134]\b|ERR_PNPM_FETCH_40[134]/.test(output)) {
    return [
      'The package registry refuses a package or does not have it.',
      '`npm config get registry` shows which one is asked; a mirror may lack it or want a log-in.',
    ];
  }
  return ['A download failed.', 'The message above says why; run the command again when it is solved.'];
}

function checkPlatform(platform) {
  const glibc =
    process.platform !== 'linux' || process.report?.getReport?.()?.header?.glibcVersionRuntime !== undefined;
  if (PLATFORMS.includes(platform) && glibc) return;
  throw new Failure(
    `AutoOps does not run on ${platform}${glibc ? '' : ' with musl'}.`,
    `It needs Linux on x64 or arm64 with glibc (Debian, Ubuntu, Fedora, ...): on macOS and Windows use a Linux virtual machine, WSL 2 or a container.`,
  );
}

function checkSpace() {
  if (statfsSync === undefined) return; // Node before 18.15
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  if (free >= NEEDED_BYTES) return;
  throw new Failure(
    `Only ${(free / 1e9).toFixed(1)} GB are free on the disk of ${root}.`,
    'The set-up needs 1.5 GB: free some space and run the command again.',
  );
}

/** Our environment without what npm put there about itself and this package, which would steer a second npm or pnpm to wrong places. */
export function cleanEnvironment() {
  const location =
    /^npm_config_(prefix|local_prefix|global_prefix|globalconfig|init_module|node_gyp|user_agent|npm_version|noproxy)$/;
  const own = /^(npm_package_|npm_lifecycle_|npm_command$|npm_execpath$|npm_node_execpath$|INIT_CWD$|NODE$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name) && !location.test(name)));
}

/** The environment of every program we start: the toolchain and the dependencies' programs come first in PATH. */
export function childEnvironment(toolchain) {
  const first = [
    dirname(toolchain.node),
    dirname(toolchain.pnpm),
    join(root, 'node_modules/.bin'),
    join(root, '.toolchain/go/bin'),
  ];
  return {
    ...cleanEnvironment(),
    PATH: [...first, process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
  };
}
