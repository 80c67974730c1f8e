import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './progress.mjs';
import { root } from './root.mjs';

/** Turns the repository's git hooks on (scripts/hooks), unless this is no git checkout, it is CI, or hooks are configured already. */
export async function installHooks(env) {
  if (!existsSync(join(root, '.git')) || env.CI) return;
  const git = (...args) =>
    execFileSync('git', ['-C', root, 'config', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    git('--get', 'core.hooksPath');
    return; // set already, ours or theirs
  } catch (error) {
    if (error.status !== 1) return; // 1: not set; anything else: no git here
  }
  git('core.hooksPath', 'scripts/hooks');
  say(
    'Turned on the pre-commit hook (format and lint of staged files); `git config --unset core.hooksPath` turns it off.',
  );
}
