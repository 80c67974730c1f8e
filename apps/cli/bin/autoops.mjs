#!/usr/bin/env node
// The `autoops` command. Plain JavaScript that any Node from 18 on can read: it hands over to the product's own Node when this one is too old.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(cli, 'dist/main.js');
const [major, minor] = process.versions.node.split('.').map(Number);

if (!existsSync(main)) {
  fail('AutoOps is not built yet.', 'Run `npm run setup` in its directory first.');
} else if (major > 24 || (major === 24 && minor >= 11)) {
  await import(main);
} else {
  const node = toolchainNode();
  if (node === undefined)
    fail(
      `This Node is ${process.versions.node}; AutoOps needs 24.11 or newer.`,
      'Run `npm run setup` in its directory: it fetches one.',
    );
  else handOver(node);
}

/** The Node that `npm run setup` fetched. */
function toolchainNode() {
  const toolchain = join(dirname(dirname(cli)), '.toolchain');
  if (!existsSync(toolchain)) return undefined;
  const platform = `${process.platform}-${process.arch}`;
  return readdirSync(toolchain)
    .filter((name) => name.startsWith(`${platform}-node`))
    .map((name) => join(toolchain, name, 'node_modules', `node-${platform}`, 'bin/node'))
    .find((path) => existsSync(path));
}

/** Runs the command there with our terminal, arguments and signals, and ends as it ends. */
function handOver(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, AUTOOPS_STOP_WITH_PARENT: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) =>
    fail(`Could not start ${node}: ${error.message}.`, 'Delete .toolchain and run `npm run setup`.'),
  );
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

function fail(message, advice) {
  process.stderr.write(`autoops: ${message}\n         ${advice}\n`);
  process.exit(1);
}
