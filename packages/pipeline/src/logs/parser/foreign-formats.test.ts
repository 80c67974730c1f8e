import { describe, expect, it } from 'vitest';
import { LogParser } from './log-parser.ts';
import { TemplateStream } from './template-stream.ts';

/**
 * Hand-made lines in the manner of programs that had no part in writing the masks, each with the statement that wrote it. They come
 * in turns, ten rounds with other values.
 */
type Statement = (round: number) => string;
const pad = (value: number, width: number): string => String(value).padStart(width, '0');
const names = ['anna', 'bela', 'cyril', 'dora', 'emil', 'fred', 'gerd', 'hugo', 'ivan', 'jane'];
const name = (round: number): string => names[round % names.length] ?? '';

const FORMATS: Record<string, readonly Statement[]> = {
  'JSON lines': [
    (i) =>
      `{"level":"info","ts":17681${pad(i, 5)}.5,"caller":"server/main.go:${40 + i}","msg":"listening","addr":":80${pad(i, 2)}"}`,
    (i) =>
      `{"level":"warn","ts":17681${pad(i, 5)}.7,"caller":"store/pool.go:88","msg":"pool exhausted","waiting":${i},"idle":0}`,
    (i) =>
      `{"level":"error","ts":17681${pad(i, 5)}.9,"caller":"store/pool.go:93","msg":"query failed","err":"timeout after ${i}s"}`,
  ],
  'Java stack traces': [
    (i) => `Exception in thread "main-${i}" java.lang.IllegalStateException: queue ${i} is closed`,
    (i) => `\tat com.example.queue.Worker.take(Worker.java:${100 + i})`,
    (i) => `\tat com.example.queue.Pool.run(Pool.java:${20 + i})`,
    (i) => `Caused by: java.io.IOException: Broken pipe after ${i} bytes`,
    (i) => `\t... ${i + 2} more`,
  ],
  'nginx access': [
    (i) =>
      `203.0.113.${i} - - [10/Oct/2026:13:55:${pad(i, 2)} +0000] "GET /api/items/${i}?page=${i} HTTP/1.1" 200 ${i * 7} "-" "curl/8.${i}"`,
    (i) =>
      `2026/10/10 13:55:${pad(i, 2)} [error] ${i}#${i}: *${i} connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.${i}`,
  ],
  'kubelet klog': [
    (i) =>
      `I1010 13:55:${pad(i, 2)}.123456    ${1000 + i} kubelet_node_status.go:${i + 70}] "Attempting to register node" node="worker-${i}"`,
    (i) =>
      `E1010 13:55:${pad(i, 2)}.123456    ${1000 + i} pod_workers.go:191] "Error syncing pod, skipping" err="back-off ${i}m0s restarting" podUID="0b1c6a52-4a36-4c5e-9d57-0d6a2a9f0c${pad(i, 2)}"`,
    (i) =>
      `W1010 13:55:${pad(i, 2)}.123456    ${1000 + i} reflector.go:424] failed to list *v1.Node: Get "https://10.0.0.${i}:6443/api/v1/nodes?limit=500": dial tcp 10.0.0.${i}:6443: i/o timeout`,
  ],
  'syslog RFC 5424': [
    (i) =>
      `<34>1 2026-10-11T22:14:${pad(i, 2)}.003Z host${i}.example.com su - ID${i} - 'su root' failed on /dev/pts/${i}`,
    (i) =>
      `<165>1 2026-10-11T22:14:${pad(i, 2)}.003Z host${i}.example.com evntslog - ID47 [exampleSDID@32473 iut="${i}" eventID="10${i}"] application event logged`,
    (i) =>
      `<13>1 2026-10-11T22:14:${pad(i, 2)}Z host${i}.example.com cron ${300 + i} - - job backup finished in ${i} s`,
  ],
  'Windows event': [
    (i) =>
      `An account was successfully logged on. Subject: Security ID: S-1-5-${i} Account Name: HOST-${i}$ Logon ID: 0x3E${i} Logon Type: ${i}`,
    (i) =>
      `An account failed to log on. Subject: Security ID: S-1-0-${i} Account Name: HOST-${i}$ Failure Reason: Unknown user name or bad password. Status: 0xC00000${pad(i, 2)}`,
    (i) => `The Windows Update service entered the running state after ${i} seconds.`,
    (i) => `The Windows Update service entered the stopped state after ${i} seconds.`,
  ],
  'logfmt with names': [
    (i) => `level=info msg="user logged in" user=${name(i)} took=${i}ms`,
    (i) => `level=info msg="user logged out" user=${name(i)} took=${i}ms`,
  ],
  'other scripts': [
    (i) => `用户 ${i} 登录成功`,
    (i) => `Пользователь ${i} вошёл в систему`,
    (i) => `ошибка: диск ${i} заполнен на ${i} %`,
  ],
};

/** Which statements share a template and which are split over several. */
function faults(statements: readonly Statement[], templateOf: readonly (string | number)[]): string[] {
  const of = statements.map(
    (_, statement) => new Set(templateOf.filter((_found, line) => line % statements.length === statement)),
  );
  return of.flatMap((found, statement) => [
    ...(found.size > 1 ? [`statement ${statement} is split in ${found.size}`] : []),
    ...of.flatMap((others, other) =>
      other > statement && [...others].some((id) => found.has(id)) ? [`${statement} and ${other} are one`] : [],
    ),
  ]);
}

describe.each(Object.entries(FORMATS))('templates of %s', (_format, statements) => {
  const lines = Array.from({ length: 10 }, (_, round) => statements.map((statement) => statement(round))).flat();

  it('are one to a statement, in the final grouping', () => {
    const parser = new LogParser();
    const handles = lines.map((line) => parser.add(line));
    const { templateOf } = parser.grouping();
    expect(
      faults(
        statements,
        handles.map((handle) => templateOf[handle] as number),
      ),
    ).toEqual([]);
  });

  it('keep statements apart as they come', () => {
    const stream = new TemplateStream();
    const found = lines.map((line, at) => stream.add(line, at).template.id);
    expect(faults(statements, found).filter((fault) => fault.endsWith('are one'))).toEqual([]);
    // What few lines show to be a word later lines show to be a value: the last rounds tell.
    expect(new Set(found.slice(-statements.length)).size).toBe(statements.length);
  });
});
