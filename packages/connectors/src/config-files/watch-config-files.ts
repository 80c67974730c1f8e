import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@autoops/digest';
import { loadConfigFiles, type ConfigFolders, type LoadedConfig } from './load-config-files.ts';

/** Editors write a file in several steps; this long after the last one it is read. */
const QUIET_MS = 150;

export interface ConfigWatch {
  /** Reads the files now, whether something changed or not. */
  reload(): Promise<void>;
  close(): void;
}

/**
 * Watches the configuration's folders and tells of every change of what they say, problems included; the same content is
 * told once. The listener decides what to keep: `failedKinds` names those whose last good version should stay.
 * A fault while reading goes to `onFault` and the watch goes on.
 */
export function watchConfigFiles(
  folders: ConfigFolders,
  onChange: (config: LoadedConfig) => Promise<void> | void,
  onFault: (fault: unknown) => void,
): ConfigWatch {
  let timer: NodeJS.Timeout | undefined;
  let told: string | undefined;
  let queue = Promise.resolve();

  const read = async (): Promise<void> => {
    try {
      const config = await loadConfigFiles(folders);
      const content = digestOf({
        documents: config.documents.map(({ kind, name, digest }) => [kind, name, digest]),
        problems: config.problems.map((problem) => ({ ...problem })),
      });
      if (content === told) return;
      await onChange(config);
      told = content;
    } catch (fault) {
      onFault(fault);
    }
  };
  // One reading at a time, in order: a slow listener never sees an older state after a newer one.
  const reload = (): Promise<void> => (queue = queue.then(read));
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void reload(), QUIET_MS);
  };

  const { configuration, runbooks, environments } = folders;
  const inside =
    configuration === undefined ? [] : [configuration, join(configuration, 'slos'), join(configuration, 'rate-cards')];
  const watchers = [...inside, runbooks, environments].flatMap((folder) =>
    folder === undefined ? [] : watching(folder, soon, onFault),
  );
  return {
    reload,
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watching(folder: string, onEvent: () => void, onFault: (fault: unknown) => void): FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on('error', onFault);
    return [watcher];
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return [];
    throw fault;
  }
}
