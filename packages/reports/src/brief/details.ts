import { plainNumber, valueText } from '@autoops/charts';
import type { IncidentValue } from '@autoops/contracts';
import { PRINT, type Canvas } from './canvas.ts';
import type { BriefInput } from './brief-input.ts';
import { sentencesOf } from './page-one.ts';

const cite = (ids: readonly string[]): string => ids.map((id) => `[${id}]`).join(' ');
const OUTCOME: Readonly<Record<string, string>> = {
  worked: 'worked',
  absent: 'absent',
  inadequate: 'inadequate',
  'not-needed': 'not needed',
};

function storyboard(canvas: Canvas, input: BriefInput): void {
  const rows = (input.narrative?.storyboard ?? [])
    .toSorted((a, b) => b.importance - a.importance || a.at.localeCompare(b.at))
    .slice(0, 12)
    .toSorted((a, b) => a.at.localeCompare(b.at));
  canvas.heading(2, 'What happened, step by step');
  if (rows.length === 0) return canvas.paragraph('Nothing was recorded.');
  canvas.table(
    [
      { title: 'UTC', width: 62 },
      { title: 'Lane', width: 58 },
      { title: 'What', width: 319 },
      { title: 'Evidence', width: 60 },
    ],
    rows.map((row) => [row.at.slice(11, 19), row.lane, row.text, cite(row.evidence)]),
  );
}

function quantiles(
  value: { readonly p10: number | null; readonly p50: number | null; readonly p90: number | null },
  text: (amount: number) => string,
): readonly string[] {
  return [value.p10, value.p50, value.p90].map((amount) => (amount === null ? 'unknown' : text(amount)));
}

function valueTable(canvas: Canvas, value: IncidentValue | undefined): void {
  canvas.heading(2, 'Value: forecast minus observed');
  if (!value) return canvas.paragraph('No value was computed.');
  canvas.paragraph(`${value.reason} ${value.method}`, { colour: PRINT.soft });
  const whole = (amount: number): string => plainNumber(amount, 0);
  canvas.table(
    [
      { title: 'Avoided', width: 190 },
      { title: 'Low (P10)', width: 103 },
      { title: 'Base (P50)', width: 103 },
      { title: 'High (P90)', width: 103 },
    ],
    [
      ['Bad minutes', ...quantiles(value.badMinutesAvoided, (amount) => plainNumber(amount, 1))],
      ['Failed requests', ...quantiles(value.failedRequestsAvoided, whole)],
      ['Share of the error budget', ...quantiles(value.budgetShareAvoided, (amount) => valueText(amount, 'ratio'))],
      ...(value.money
        ? [
            [
              `Money (${value.money.currency}), booked ${plainNumber(Number(value.money.booked.amount), 0)}`,
              ...[value.money.p10, value.money.p50, value.money.p90].map((money) =>
                plainNumber(Number(money.amount), 0),
              ),
            ],
          ]
        : []),
    ],
  );
  canvas.paragraph(
    `${value.formula}. Grade ${value.grade}${value.indicative ? ', indicative' : ''}, ${value.draws === 0 ? 'not simulated' : `${plainNumber(value.draws, 0)} seeded draws`}, n = ${value.comparables} comparable incidents.`,
    { colour: PRINT.soft },
  );
  if (value.inputs.length > 0)
    canvas.table(
      [
        { title: 'Input', width: 150 },
        { title: 'Value and source', width: 349 },
      ],
      value.inputs.map((row) => [row.name, row.value]),
    );
  if (value.excluded.length > 0) canvas.paragraph(`Not counted: ${value.excluded.join('; ')}.`, { colour: PRINT.soft });
}

function guardrails(canvas: Canvas, input: BriefInput): void {
  canvas.heading(2, 'Guardrails');
  const plan = input.plans.at(-1);
  const decision = input.decisions.findLast((item) => item.phase !== 'what-if' && item.phase !== 'candidate');
  const run = input.runs.at(-1);
  const rows: (readonly string[])[] = [
    ...(decision?.verdict.rules ?? []).map((rule) => [`Rule ${rule.ruleId}`, rule.effect.replace('-', ' '), rule.fact]),
    ...input.approvals.flatMap((approval) =>
      approval.decisions.length === 0
        ? [['Approval', approval.state, approval.summary]]
        : approval.decisions.map((item) => [
            'Approval',
            item.decision === 'approve' ? 'approved' : 'rejected',
            `${item.actor.id}, ${item.at.slice(11, 19)} UTC${item.reason === '' ? '' : `: ${item.reason}`}`,
          ]),
    ),
    ...(plan?.prechecks ?? []).map((check) => [
      'Precheck',
      check.passed ? 'passed' : 'failed',
      `${check.title}: ${check.fact}`,
    ]),
    ...(run?.rollbackToken
      ? [
          [
            'Rollback token',
            run.rollbackToken.state,
            `expires ${run.rollbackToken.expiresAt.slice(0, 16).replace('T', ' ')} UTC`,
          ],
        ]
      : []),
  ];
  if (rows.length === 0) return canvas.paragraph('No plan was judged.');
  canvas.table(
    [
      { title: 'Guardrail', width: 128 },
      { title: 'Result', width: 86 },
      { title: 'Fact', width: 285 },
    ],
    rows,
  );
}

function run(canvas: Canvas, input: BriefInput): void {
  const last = input.runs.at(-1);
  if (!last) return;
  canvas.heading(2, 'What was done');
  canvas.table(
    [
      { title: 'Step', width: 289 },
      { title: 'State', width: 90 },
      { title: 'Done, UTC', width: 60 },
      { title: 'Undone', width: 60 },
    ],
    last.steps.map((step) => [
      `${step.index + 1}. ${step.title}`,
      step.state.replace('-', ' '),
      step.finishedAt?.slice(11, 19) ?? '',
      step.undoneAt?.slice(11, 19) ?? '',
    ]),
  );
  const window = last.verification.samples.filter((sample) => sample.phase === 'window');
  if (last.verification.verdict)
    canvas.paragraph(
      `Verification: ${last.verification.verdict}, ${window.filter((sample) => sample.good).length} of ${window.length} samples good, from ${[...new Set(window.map((sample) => `${sample.service} ${sample.indicator.replaceAll('_', ' ')} (${sample.source})`))].join(', ') || 'no source'}.`,
    );
}

function lessons(canvas: Canvas, input: BriefInput): void {
  const story = input.narrative;
  if (!story) return;
  canvas.heading(2, 'Cause, failure, impact');
  canvas.table(
    [
      { title: '', width: 100 },
      { title: 'Finding', width: 259 },
      { title: 'Confidence', width: 80 },
      { title: 'Evidence', width: 60 },
    ],
    [
      [
        'Root cause',
        story.spine.rootCause.text,
        story.spine.rootCause.confidence,
        cite(story.spine.rootCause.evidence),
      ],
      [
        'Critical failure',
        story.spine.criticalFailure.text,
        story.spine.criticalFailure.confidence,
        cite(story.spine.criticalFailure.evidence),
      ],
      ['Impact', story.spine.impact.text, story.spine.impact.confidence, cite(story.spine.impact.evidence)],
    ],
  );
  canvas.heading(2, 'Controls');
  canvas.table(
    [
      { title: 'Control', width: 130 },
      { title: 'Result', width: 100 },
      { title: 'Note', width: 269 },
    ],
    story.controls.map((row) => [row.control, OUTCOME[row.worked] ?? row.worked, row.note]),
  );
  canvas.heading(2, 'Went well, went wrong, got lucky');
  for (const [title, items] of [
    ['Went well', story.wentWell],
    ['Went wrong', story.wentWrong],
    ['Got lucky', story.gotLucky],
  ] as const)
    canvas.paragraph(`${title}: ${items.length === 0 ? 'nothing recorded' : items.join('; ')}.`);
  canvas.heading(2, 'Actions');
  if (story.actions.length === 0) canvas.paragraph('None.');
  else
    canvas.table(
      [
        { title: 'Action', width: 329 },
        { title: 'Type', width: 80 },
        { title: 'Owner', width: 90 },
      ],
      story.actions.map((action) => [action.text, action.type, action.owner]),
    );
}

function appendix(canvas: Canvas, input: BriefInput): void {
  canvas.heading(2, 'Appendix: evidence');
  if (input.evidence.length === 0) canvas.paragraph('No evidence was stored.');
  else
    canvas.table(
      [
        { title: 'Id', width: 34 },
        { title: 'Kind', width: 72 },
        { title: 'What', width: 303 },
        { title: 'SHA-256', width: 90, font: 'mono' },
      ],
      input.evidence.map((item) => [item.id, item.kind, item.title, item.sha256.slice(0, 12)]),
    );
  canvas.heading(2, 'Appendix: method and words');
  canvas.paragraph(
    'Every number above stands on the evidence cited beside it; the bundle holds the evidence itself and a proof that nothing was changed since. "Verified" means that a signal other than the one that raised the incident was inside its bound for the whole window; missing data never counts as success. Cost avoided is the forecast frozen before the first action minus what was observed, for as long as comparable incidents lasted untreated.',
  );
  canvas.paragraph(
    'Error budget: the share of operations that may fail in the SLO window. P10, P50, P90: values that 10, 50 and 90 of 100 simulated outcomes stay below. Blast radius: what a step may touch.',
  );
  canvas.paragraph(
    `Audit entries ${input.audit.entries[0]?.seq ?? 0} to ${input.audit.entries.at(-1)?.seq ?? 0}; bundle SHA-256 ${input.documentSha256}.`,
    { size: 9, font: 'mono' },
  );
}

/** Detail pages and appendix. */
export function detailPages(canvas: Canvas, input: BriefInput): void {
  canvas.newPage();
  storyboard(canvas, input);
  const impact = sentencesOf(input, 'impact', 'value');
  if (impact !== '') canvas.paragraph(impact);
  run(canvas, input);
  guardrails(canvas, input);
  valueTable(canvas, input.value);
  lessons(canvas, input);
  appendix(canvas, input);
}
