import { ruleText } from '@autoops/charts';
import type { BriefInput } from './brief-input.ts';
import { newestEvidence } from './newest-evidence.ts';
import { SAID } from './said-by-rules.ts';
import type { Section } from './section.ts';
import { standingDecision } from './standing-decision.ts';
import { at, BUNDLE_URL, DOCUMENT_DIGEST, figure } from './said.ts';

/** How it was worked out; the same in every brief. */
const METHOD =
  'Every number above stands on the evidence cited beside it, or on the bundle\u2019s own record; the bundle holds the evidence itself and a proof that nothing was changed since. "Verified" means that a signal other than the one that raised the incident was inside its bound for the whole window; missing data never counts as success. Cost avoided is the forecast frozen before the first action minus what was observed, for as long as comparable incidents lasted untreated.';
const GLOSSARY =
  'Error budget: the share of operations that may fail in the window of a service-level objective (SLO). P10, P50, P90: values that 10, 50 and 90 of 100 simulated outcomes stay below; P10 is what is booked. Grade: how well a value is founded, from A to D (no claim). Blast radius: what a step may touch. Rollback token: the signed right to undo a run. Runbook: a tried fix in the catalogue. Burn: how fast the budget is spent. In the formula of the value, f is the share of requests that fail (cf: as forecast without action; obs: as observed), lambda the requests a second, v the worth of one, rho the share of them that customers make up for later.';

/** Every rule, every piece of evidence with its hash, the method and the words. */
export function appendixSections(input: BriefInput): readonly Section[] {
  const place = standingDecision(input);
  const rules = input.decisions[place]?.verdict.rules ?? [];
  const { entries } = input.audit;
  const shown = newestEvidence(input.evidence);
  return [
    ...(rules.length === 0
      ? []
      : [
          {
            title: 'Appendix: every rule that judged the plan',
            blocks: [
              {
                kind: 'table' as const,
                columns: [
                  { title: 'Rule', share: 0.28 },
                  { title: 'Says', share: 0.17 },
                  { title: 'Reason', share: 0.55 },
                ],
                rows: rules.map((rule, index) => [
                  [rule.title],
                  [SAID[rule.effect]],
                  [figure(ruleText(rule), at('policyDecisions', place, 'verdict', 'rules', index))],
                ]),
              },
            ],
          },
        ]),
    {
      title: 'Appendix: evidence',
      evidenceIds: shown.map(({ item }) => item.id),
      blocks: [
        shown.length === 0
          ? { kind: 'paragraph', said: ['No evidence was stored.'] }
          : {
              kind: 'table',
              columns: [
                { title: 'Id', share: 0.08 },
                { title: 'Kind', share: 0.15 },
                { title: 'What', share: 0.58 },
                { title: 'SHA\u2011256', share: 0.19, mono: true },
              ],
              rows: shown.map(({ item, index }) => [
                [figure(item.id, at('evidence', index, 'id'))],
                [item.kind.replaceAll('-', ' ')],
                [figure(item.title, at('evidence', index, 'title'))],
                [figure(item.sha256.slice(0, 12), at('evidence', index, 'sha256'))],
              ]),
            },
      ],
    },
    {
      title: 'Appendix: method and words',
      blocks: [
        { kind: 'definition', text: METHOD },
        { kind: 'definition', text: GLOSSARY },
        {
          kind: 'paragraph',
          soft: true,
          said: [
            'Audit entries ',
            figure(String(entries[0]?.seq ?? 0), at('audit', 'firstSeq')),
            ' to ',
            figure(String(entries.at(-1)?.seq ?? 0), at('audit', 'lastSeq')),
            '. Bundle SHA\u2011256 ',
            figure(input.documentSha256, DOCUMENT_DIGEST),
            '; `autoops bundle verify` checks it offline.',
          ],
        },
        {
          kind: 'paragraph',
          soft: true,
          said: ['The bundle: ', figure(input.bundleUrl, BUNDLE_URL)],
          link: input.bundleUrl,
        },
      ],
    },
  ];
}
