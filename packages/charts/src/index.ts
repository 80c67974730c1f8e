export {
  label,
  round,
  segment,
  type Ink,
  type Margins,
  type Scene,
  type ScenePath,
  type SceneTable,
  type SceneText,
} from './scene.ts';
export { clockText, decimalsFor, durationText, percentDigits, plainNumber, valueText, type Unit } from './words.ts';
export { shortId, shortReference } from './reference.ts';
export { ruleText, type RuleFinding } from './rule-words.ts';
export { plot, ticksWithUnit, tickText, timeAxis, valueAxis, valueDomain, type Domain, type Plot } from './axes.ts';
export {
  CHART_MARGINS,
  fanPath,
  lineChart,
  lineSummary,
  runsOfKnown,
  seriesPath,
  unknownTail,
  longestStep,
  type ChartPoint,
  type FanQuantiles,
  type LineChartInput,
} from './line.ts';
export { wordRows, type BesideLine, type WordPlace } from './labels.ts';
export type { ChartMarker } from './markers.ts';
export { budgetChart, widen, type BudgetChartInput } from './budget.ts';
export { breachChart, type BreachChartInput } from './breach.ts';
export { budgetBar, densityStrip, intervalBar, sparkline } from './small.ts';
export { backtestChart, type BacktestChartInput } from './backtest.ts';
export { sceneSvg } from './svg.ts';
export { ThinnedLine } from './thinned-line.ts';
export { changeBefore, changesOf, isBeforeFirst, startOf } from './changes.ts';
export { indicatorName, indicatorOf, subjectText } from './indicator-words.ts';
