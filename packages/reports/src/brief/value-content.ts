import { durationText, plainNumber, valueText } from '@autoops/charts';
import type { IncidentValue, Quantiles } from '@autoops/contracts';
import type { BriefInput } from './brief-input.ts';
import type { Block, Cell, Section } from './section.ts';
import { at, figure, type Said } from './said.ts';
import { untreatedDuration } from './untreated-duration.ts';

const NAMES = ['p10', 'p50', 'p90'] as const;

/** An input with its source: instants as people write them, and the untreated duration as what it is, an observation or an assumption. */
function inputText(inputs: IncidentValue['inputs'], index: number): string {
  const known = untreatedDuration(inputs);
  if (known?.row !== index)
    return (inputs[index]?.value ?? '').replaceAll(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)[.\d]*Z/gu, '$1 $2 UTC');
  const usual = durationText(known.seconds);
  return known.assumedBy === undefined
    ? `${usual}, the median of ${known.source}`
    : `${usual}, assumed by the rate card and not observed (source: ${known.assumedBy})`;
}

/** What is claimed, low, base and high, and how it was worked out. */
function claimedBlocks(value: IncidentValue): readonly Block[] {
  const row = (
    name: string,
    place: string,
    quantiles: Quantiles,
    text: (amount: number) => string,
  ): readonly Cell[] => [
    [name],
    ...NAMES.map((quantile): Said => {
      const amount = quantiles[quantile];
      return amount === null ? ['unknown'] : [figure(text(amount), at('value', place, quantile))];
    }),
  ];
  const { money } = value;
  const worth = (amount: string): string => plainNumber(Number(amount), 0);
  const booked: Said =
    money === undefined
      ? []
      : value.indicative && Number(money.booked.amount) === 0
        ? ['indicative, none booked']
        : ['booked ', figure(worth(money.booked.amount), at('value', 'money', 'booked', 'amount'))];
  return [
    {
      kind: 'table',
      columns: [
        { title: 'Avoided', share: 0.4 },
        { title: 'Low (P10)', share: 0.2 },
        { title: 'Base (P50)', share: 0.2 },
        { title: 'High (P90)', share: 0.2 },
      ],
      rows: [
        row('Bad minutes', 'badMinutesAvoided', value.badMinutesAvoided, (amount) => plainNumber(amount, 1)),
        row('Failed requests', 'failedRequestsAvoided', value.failedRequestsAvoided, (amount) =>
          plainNumber(amount, 0),
        ),
        row('Share of the error budget', 'budgetShareAvoided', value.budgetShareAvoided, (amount) =>
          valueText(amount, 'ratio'),
        ),
        ...(money
          ? [
              [
                [`Money, ${money.currency} (`, ...booked, ')'],
                ...NAMES.map((name): Said => [figure(worth(money[name].amount), at('value', 'money', name, 'amount'))]),
              ],
            ]
          : []),
      ],
    },
    {
      kind: 'paragraph',
      soft: true,
      said: [
        figure(value.formula, at('value', 'formula')),
        `. Grade ${value.grade}${value.indicative ? ', indicative' : ''}; `,
        figure(plainNumber(value.draws, 0), at('value', 'draws')),
        ' seeded draws; comparable incidents: ',
        figure(`n\u00A0=\u00A0${value.comparables}`, at('value', 'comparables')),
        '.',
      ],
    },
  ];
}

/** What the treatment was worth: the frozen forecast minus what was observed, with its inputs and what was left out. */
export function valueSection({ value }: BriefInput): Section {
  const title = 'Value: frozen forecast minus observed';
  if (!value) return { title, blocks: [{ kind: 'paragraph', said: ['No value was computed.'] }] };
  return {
    title,
    blocks: [
      {
        kind: 'paragraph',
        soft: true,
        said: [
          value.claim ? '' : `Nothing is claimed (grade ${value.grade}). `,
          figure(value.reason, at('value', 'reason')),
        ],
      },
      ...(value.claim ? claimedBlocks(value) : []),
      ...(value.inputs.length > 0
        ? [
            {
              kind: 'table' as const,
              columns: [
                { title: 'Input', share: 0.3 },
                { title: 'Value and source', share: 0.7 },
              ],
              rows: value.inputs.map((input, index) => [
                [input.name],
                [figure(inputText(value.inputs, index), at('value', 'inputs', index, 'value'))],
              ]),
            },
          ]
        : []),
      ...(value.excluded.length > 0
        ? [{ kind: 'paragraph' as const, soft: true, said: [`Not counted: ${value.excluded.join('; ')}.`] }]
        : []),
    ],
  };
}
