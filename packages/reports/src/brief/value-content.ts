import { plainNumber, valueText } from '@autoops/charts';
import type { Quantiles } from '@autoops/contracts';
import type { BriefInput } from './brief-input.ts';
import type { Cell, Section } from './section.ts';
import { at, figure, type Said } from './said.ts';

const NAMES = ['p10', 'p50', 'p90'] as const;

/** What the treatment was worth: the frozen forecast minus what was observed, with its inputs and what was left out. */
export function valueSection({ value }: BriefInput): Section {
  const title = 'Value: frozen forecast minus observed';
  if (!value) return { title, blocks: [{ kind: 'paragraph', said: ['No value was computed.'] }] };
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
  return {
    title,
    blocks: [
      {
        kind: 'paragraph',
        soft: true,
        said: [figure(value.reason, at('value', 'reason')), ' ', figure(value.method, at('value', 'method'))],
      },
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
                  [
                    `Money (${money.currency}), booked `,
                    figure(worth(money.booked.amount), at('value', 'money', 'booked', 'amount')),
                  ],
                  ...NAMES.map((name): Said => [
                    figure(worth(money[name].amount), at('value', 'money', name, 'amount')),
                  ]),
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
          `. Grade ${value.grade}${value.indicative ? ', indicative' : ''}, `,
          ...(value.draws === 0
            ? ['not simulated']
            : [figure(plainNumber(value.draws, 0), at('value', 'draws')), ' seeded draws']),
          ', ',
          figure(`n = ${value.comparables}`, at('value', 'comparables')),
          ' comparable incidents.',
        ],
      },
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
                [figure(input.value, at('value', 'inputs', index, 'value'))],
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
