import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentRules } from '@autoops/contracts';
import { autonomyFor, Indicators } from '@autoops/pipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfigFiles, problemsText, type LoadedConfig } from './load-config-files.ts';
import { watchConfigFiles } from './watch-config-files.ts';

const root = join(import.meta.dirname, '../../../..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autoops-config-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withFile(place: 'runbooks' | 'environments', change: (text: string) => string): Promise<LoadedConfig> {
  const own = await mkdtemp(join(folder, 'case-'));
  const source =
    place === 'runbooks' ? join(root, 'runbooks/scale-replicas.yaml') : join(root, 'policies/environments/prod.yaml');
  const shipped = await readFile(source, 'utf8');
  const changed = change(shipped);
  expect(changed, 'the case changes the shipped file').not.toBe(shipped);
  await writeFile(join(own, 'changed.yaml'), changed);
  return loadConfigFiles({ [place]: own });
}

describe('the shipped files', () => {
  it('are read without a problem: eight runbooks, two environments, the demo configuration', async () => {
    const loaded = await loadConfigFiles({
      configuration: join(root, 'apps/sandbox/config'),
      runbooks: join(root, 'runbooks'),
      environments: join(root, 'policies/environments'),
      indicatorsSchema: Indicators,
    });
    expect(problemsText(loaded.problems)).toBe('');
    const names = (kind: string) =>
      loaded.documents.filter((document) => document.kind === kind).map(({ name }) => name);
    expect(names('runbook')).toEqual([
      'eject-replica',
      'park-poison',
      'replace-replica',
      'rolling-restart',
      'scale-replicas',
      'shed-load',
      'throttle-noisy-job',
      'undo-release',
    ]);
    expect(names('environment')).toEqual(['prod', 'staging']);
    expect(names('topology')).toEqual(['topology']);
    expect(names('indicators')).toEqual(['indicators']);
    expect(names('slo').length).toBeGreaterThan(0);
  });

  it('leave the autonomy to the installation: nothing is touched where it says nothing', async () => {
    const levels = async (autonomy?: 'suggest') => {
      const { documents } = await loadConfigFiles({
        runbooks: join(root, 'runbooks'),
        environments: join(root, 'policies/environments'),
        autonomy,
      });
      const runbooks = documents.filter(({ kind }) => kind === 'runbook').map(({ name }) => name);
      return documents
        .filter(({ kind }) => kind === 'environment')
        .flatMap(({ body }) =>
          runbooks.map((runbook) => autonomyFor(EnvironmentRules.parse(body), runbook, 'checkout')),
        );
    };
    expect(await levels()).toEqual(Array.from({ length: 16 }, () => 'shadow'));
    expect(await levels('suggest')).toEqual(Array.from({ length: 16 }, () => 'suggest'));
  });

  it('yield to a level that an environment names', async () => {
    const loaded = await withFile('environments', (text) =>
      text.replace('autonomy:\n', 'autonomy:\n  default: auto\n'),
    );
    expect(loaded.documents).toMatchObject([{ body: { autonomy: { default: 'auto' } } }]);
  });
});

describe('a mistake has its line and column', () => {
  it.each<[string, 'runbooks' | 'environments', (text: string) => string, RegExp]>([
    [
      'YAML that does not parse',
      'runbooks',
      (text) => text.replace('spec:', 'spec: ['),
      /^runbooks\/changed\.yaml:\d+:\d+ .+/,
    ],
    [
      'a key twice',
      'runbooks',
      (text) => text.replace('  owner: team-platform', '  owner: team-platform\n  owner: me'),
      /^runbooks\/changed\.yaml:10:3 Map keys must be unique/,
    ],
    [
      'an unknown field',
      'runbooks',
      (text) => text.replace('  riskClass: low', '  riskClass: low\n  command: rm -rf /'),
      /^runbooks\/changed\.yaml:14:3 spec\.command: there is no such field here/,
    ],
    [
      'a value that is none',
      'runbooks',
      (text) => text.replace('riskClass: low', 'riskClass: tiny'),
      /^runbooks\/changed\.yaml:13:3 spec\.riskClass: /,
    ],
    [
      'a missing field',
      'runbooks',
      (text) => text.replace('  title: Scale replicas\n', ''),
      /^runbooks\/changed\.yaml:4:1 metadata\.title: /,
    ],
    [
      'a step without undo',
      'runbooks',
      (text) => text.replace(/\n {6}undo: .*/, ''),
      /^runbooks\/changed\.yaml:\d+:7 spec\.steps\.0: give the step an undo/,
    ],
    [
      'a parameter that is none',
      'runbooks',
      (text) => text.replace('bind: { replicas: replicas }', 'bind: { replicas: size }'),
      /spec\.steps\.0\.bind\.replicas: there is no parameter size/,
    ],
    [
      'a signal of nobody',
      'runbooks',
      (text) => text.replace('of: service, service: catalogue', 'of: service'),
      /spec\.notWhen\.0: name the service/,
    ],
    [
      'a limit that is no number',
      'environments',
      (text) => text.replace('absolute: 12', 'absolute: many'),
      /^policies\/environments\/changed\.yaml:8:3 replicaCap\.absolute: /,
    ],
    [
      'a time of day that is none',
      'environments',
      (text) => text.replace("'24:00'", "'25:00'"),
      /^policies\/environments\/changed\.yaml:\d+:5 windows\.0\.to: "25:00" is no time of day/,
    ],
    [
      'a cap above the cap',
      'environments',
      (text) => text.replace('withoutApproval: 5', 'withoutApproval: 50'),
      /:7:3 replicaCap\.withoutApproval: is larger than absolute/,
    ],
    [
      'a toggle that is none',
      'environments',
      (text) => text.replace('  rules: {}\n  runbooks', '  rules: { replica-cap: maybe }\n  runbooks'),
      /toggles\.rules\.replica-cap: /,
    ],
  ])('%s', async (_case, place, change, message) => {
    const loaded = await withFile(place, change);
    expect(loaded.documents).toEqual([]);
    expect(problemsText(loaded.problems)).toMatch(message);
    expect(loaded.failedKinds).toEqual([place === 'runbooks' ? 'runbook' : 'environment']);
  });

  it('and the same name twice is one', async () => {
    const own = await mkdtemp(join(folder, 'twice-'));
    await cp(join(root, 'runbooks/park-poison.yaml'), join(own, 'a.yaml'));
    await cp(join(root, 'runbooks/park-poison.yaml'), join(own, 'b.yaml'));
    const loaded = await loadConfigFiles({ runbooks: own });
    expect(problemsText(loaded.problems)).toBe('runbooks/b.yaml:1:1 runbook park-poison is in runbooks/a.yaml already');
  });

  it('and a file that blows itself up is refused', async () => {
    const own = await mkdtemp(join(folder, 'bomb-'));
    const levels = ['a0: &a0 [x, x]'];
    for (let level = 1; level < 12; level += 1)
      levels.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
    await writeFile(join(own, 'bomb.yaml'), levels.join('\n'));
    expect(problemsText((await loadConfigFiles({ runbooks: own })).problems)).toMatch(/^runbooks\/bomb\.yaml:1:1 /);
  });
});

describe('watching', () => {
  it('tells of a change once, and of a bad one with its place while the good documents stay known', async () => {
    const own = join(folder, 'watched');
    await mkdir(own);
    await cp(join(root, 'policies/environments/prod.yaml'), join(own, 'prod.yaml'));
    const told: LoadedConfig[] = [];
    const faults: unknown[] = [];
    const watched = watchConfigFiles(
      { environments: own },
      (config) => void told.push(config),
      (fault) => faults.push(fault),
    );
    try {
      await watched.reload();
      await watched.reload();
      expect(told).toHaveLength(1);

      const text = await readFile(join(own, 'prod.yaml'), 'utf8');
      await writeFile(join(own, 'prod.yaml'), text.replace('withoutApproval: 5', 'withoutApproval: 6'));
      await expect.poll(() => told.length, { timeout: 5000 }).toBe(2);
      expect(told[1]?.documents[0]?.body).toMatchObject({ replicaCap: { withoutApproval: 6 } });

      await writeFile(join(own, 'prod.yaml'), text.replace('withoutApproval: 5', 'withoutApproval: a few'));
      await expect.poll(() => told.length, { timeout: 5000 }).toBe(3);
      expect(problemsText(told[2]?.problems ?? [])).toMatch(
        /^policies\/environments\/prod\.yaml:7:3 replicaCap\.withoutApproval/,
      );
      expect(told[2]).toMatchObject({
        failedKinds: ['environment'],
        problem: { file: 'policies/environments/prod.yaml:7:3', message: expect.stringContaining('withoutApproval') },
      });
    } finally {
      watched.close();
    }
    expect(faults).toEqual([]);
  });
});
