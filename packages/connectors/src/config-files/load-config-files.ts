import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import {
  Autonomy,
  EnvironmentRules,
  OpenSlo,
  RateCard,
  Runbook,
  Sources,
  Topology,
  type ConfigKind,
} from '@autoops/contracts';
import { sha256Hex } from '@autoops/digest';
import { z } from 'zod';
import { problemText, readDocument, type FileProblem, type Finding, type ReadDocument } from './read-document.ts';
import { environmentFindings, runbookFindings } from './runbook-rules.ts';

/** Where the files are. A folder that is left out or does not exist has none. */
export interface ConfigFolders {
  /** `AUTOOPS_CONFIG_DIR`: slos/, topology.yaml, rate-cards/, sources.yaml, indicators.yaml. */
  readonly configuration?: string | undefined;
  /** `runbooks/`. */
  readonly runbooks?: string | undefined;
  /** `policies/environments/`. */
  readonly environments?: string | undefined;
  /** The autonomy of an environment whose file names none; `shadow` when left out. */
  readonly autonomy?: Autonomy | undefined;
  /** The schema of indicators.yaml, which belongs to the pipeline. Without it the file is not read. */
  readonly indicatorsSchema?: z.ZodType | undefined;
}

/** A document as it is stored: `digest` is the SHA-256 of the file's bytes. */
export interface LoadedDocument {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly body: unknown;
  readonly text: string;
  readonly digest: string;
  readonly file: string;
}

/** What the files say now. Kinds with a problem are named: their last good version stays in force as a whole. */
export interface LoadedConfig {
  readonly documents: readonly LoadedDocument[];
  readonly problems: readonly FileProblem[];
  readonly failedKinds: readonly ConfigKind[];
  /** The first mistake, for the banner; `file` carries line and column. */
  readonly problem: { readonly file: string; readonly message: string } | undefined;
}

interface FileForm {
  readonly kind: ConfigKind;
  read(file: string, text: string): ReadDocument<unknown>;
  nameOf(body: unknown, file: string): string;
}

const Named = z.object({ metadata: z.object({ name: z.string() }) });
const EnvironmentNamed = z.object({ environment: z.string() });
const PlainNamed = z.object({ name: z.string() });
const stem = (file: string): string => basename(file).replace(/[.]ya?ml$/, '');

function form<T>(
  kind: ConfigKind,
  schema: z.ZodType<T>,
  nameOf: (body: unknown, file: string) => string,
  rules?: (body: T) => readonly Finding[],
): FileForm {
  return { kind, read: (file, text) => readDocument(file, text, schema, rules), nameOf };
}

const FORMS = {
  runbook: form('runbook', Runbook, (body) => Named.parse(body).metadata.name, runbookFindings),
  slo: form('slo', OpenSlo, (body) => Named.parse(body).metadata.name),
  rateCard: form('rate-card', RateCard, (body) => PlainNamed.parse(body).name),
  topology: form('topology', Topology, (_body, file) => stem(file)),
  sources: form('sources', Sources, (_body, file) => stem(file)),
} as const;

/** Environments as their files say, with `autonomy` where a file leaves that to the installation. */
function environmentForm(autonomy: Autonomy = 'shadow'): FileForm {
  const { autonomy: own } = EnvironmentRules.shape;
  return form(
    'environment',
    EnvironmentRules.extend({ autonomy: own.extend({ default: Autonomy.default(autonomy) }) }),
    (body) => EnvironmentNamed.parse(body).environment,
    environmentFindings,
  );
}

/** Checks the text of one runbook as loading it would; every mistake with line and column, none when it could be loaded. */
export function runbookMistakes(text: string): readonly FileProblem[] {
  const read = FORMS.runbook.read('runbook.yaml', text);
  return read.ok ? [] : read.problems;
}

/** Reads and checks every file. Never throws for what is in a file; each mistake is a problem with line and column. */
export async function loadConfigFiles(folders: ConfigFolders): Promise<LoadedConfig> {
  const documents: LoadedDocument[] = [];
  const problems: FileProblem[] = [];
  const failedKinds = new Set<ConfigKind>();
  const seen = new Map<string, string>();

  for (const { path, shown, form: each } of await filesOf(folders)) {
    const text = await readFile(path, 'utf8');
    const result = each.read(shown, text);
    if (!result.ok) {
      problems.push(...result.problems);
      failedKinds.add(each.kind);
      continue;
    }
    const name = each.nameOf(result.body, path);
    const key = `${each.kind}/${name}`;
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      problems.push({ file: shown, line: 1, column: 1, message: `${each.kind} ${name} is in ${earlier} already` });
      failedKinds.add(each.kind);
      continue;
    }
    seen.set(key, shown);
    documents.push({ kind: each.kind, name, body: result.body, text, digest: sha256Hex(text), file: shown });
  }
  const [first] = problems;
  return {
    documents,
    problems,
    failedKinds: [...failedKinds],
    problem:
      first === undefined ? undefined : { file: `${first.file}:${first.line}:${first.column}`, message: first.message },
  };
}

interface ConfigFile {
  readonly path: string;
  readonly shown: string;
  readonly form: FileForm;
}

async function filesOf(folders: ConfigFolders): Promise<readonly ConfigFile[]> {
  const { configuration, runbooks, environments, autonomy, indicatorsSchema } = folders;
  const below = async (folder: string | undefined, each: FileForm, shownAs: string): Promise<ConfigFile[]> =>
    folder === undefined
      ? []
      : (await yamlFiles(folder)).map((path) => ({ path, shown: join(shownAs, relative(folder, path)), form: each }));
  const single = async (name: string, each: FileForm): Promise<ConfigFile[]> =>
    configuration === undefined
      ? []
      : (await yamlFiles(configuration))
          .filter((path) => stem(path) === name)
          .map((path) => ({ path, shown: basename(path), form: each }));
  const inside = (name: string): string | undefined =>
    configuration === undefined ? undefined : join(configuration, name);

  return [
    ...(await below(runbooks, FORMS.runbook, 'runbooks')),
    ...(await below(environments, environmentForm(autonomy), 'policies/environments')),
    ...(await below(inside('slos'), FORMS.slo, 'slos')),
    ...(await below(inside('rate-cards'), FORMS.rateCard, 'rate-cards')),
    ...(await single('topology', FORMS.topology)),
    ...(await single('sources', FORMS.sources)),
    ...(indicatorsSchema === undefined
      ? []
      : await single(
          'indicators',
          form('indicators', indicatorsSchema, (_body, file) => stem(file)),
        )),
  ];
}

/** YAML files directly in a folder, sorted; none when the folder does not exist. */
async function yamlFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /[.]ya?ml$/.test(entry.name) && !entry.name.startsWith('.'))
      .map((entry) => join(folder, entry.name))
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Every problem on a line of its own, each as `file:line:column message`. */
export function problemsText(problems: readonly FileProblem[]): string {
  return problems.map(problemText).join('\n');
}
