import { UNJUDGED_ROWS, type ScoredKpi } from './kpi-score.ts';

/** Label of every row when segments get soft edges `buffer` rows wide in all: sqrt(1 - distance / buffer). */
function softLabels(rows: number, segments: readonly (readonly [number, number])[], buffer: number): Float64Array {
  const soft = new Float64Array(rows);
  const half = Math.floor(buffer / 2);
  for (const [start, end] of segments) {
    soft.fill(1, start, end + 1);
    for (let away = 1; away <= half; away += 1) {
      const label = Math.sqrt(1 - away / buffer);
      if (end + away < rows) soft[end + away] = Math.min(1, (soft[end + away] ?? 0) + label);
      if (start - away >= 0) soft[start - away] = Math.min(1, (soft[start - away] ?? 0) + label);
    }
  }
  return soft;
}

function runs(soft: Float64Array): [number, number][] {
  const found: [number, number][] = [];
  for (let row = 0; row < soft.length; row += 1) {
    if ((soft[row] ?? 0) <= 0) continue;
    const last = found.at(-1);
    if (last !== undefined && last[1] === row - 1) last[1] = row;
    else found.push([row, row]);
  }
  return found;
}

/**
 * Volume under the surface of range precision and recall (Paparrizos et al., VLDB 2022), 250 thresholds by rank, mean over the
 * buffers 0, `step`, ... `widest` rows. NaN where nothing is labelled.
 */
export function vusPr(kpi: ScoredKpi, widest = 125, step = 5): number {
  const scores = Float64Array.from(
    { length: kpi.scores.length - UNJUDGED_ROWS },
    (_, row) => kpi.scores[row + UNJUDGED_ROWS] ?? 0,
  );
  const rows = scores.length;
  const segments = kpi.segments
    .filter(([, end]) => end >= UNJUDGED_ROWS)
    .map(([start, end]): [number, number] => [Math.max(0, start - UNJUDGED_ROWS), end - UNJUDGED_ROWS]);
  if (segments.length === 0) return Number.NaN;
  const order = Int32Array.from({ length: rows }, (_, row) => row).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const sorted = Float64Array.from(order, (row) => scores[row] ?? 0);
  // Rows at or above each threshold: ties belong together.
  const counts = Array.from({ length: 250 }, (_, index) => {
    let last = Math.floor((index * (rows - 1)) / 249);
    while (last + 1 < rows && sorted[last + 1] === sorted[last]) last += 1;
    return last + 1;
  });
  const positives = segments.reduce((sum, [start, end]) => sum + end - start + 1, 0);
  let volume = 0;
  let buffers = 0;
  for (let buffer = 0; buffer <= widest; buffer += step) {
    const soft = softLabels(rows, segments, buffer);
    const ranges = runs(soft).map(([start, end]) => {
      let highest = Number.NEGATIVE_INFINITY;
      for (let row = start; row <= end; row += 1) highest = Math.max(highest, scores[row] ?? 0);
      return highest;
    });
    ranges.sort((a, b) => b - a);
    let area = 0;
    let previousRecall = 0;
    let taken = 0;
    let soFar = 0;
    let softSoFar = 0;
    let present = 0;
    for (const count of counts) {
      for (; taken < count; taken += 1) {
        const label = soft[order[taken] ?? 0] ?? 0;
        soFar += label;
        if (label < 1) softSoFar += label;
      }
      const threshold = sorted[count - 1] ?? 0;
      while (present < ranges.length && (ranges[present] ?? 0) >= threshold) present += 1;
      // The number of positives lies between the labelled rows and those that the buffer adds to what was predicted.
      const expected = (positives + positives + softSoFar) / 2;
      const recall = Math.min(1, soFar / expected) * (present / ranges.length);
      area += (recall - previousRecall) * (soFar / count);
      previousRecall = recall;
    }
    volume += area;
    buffers += 1;
  }
  return volume / buffers;
}
