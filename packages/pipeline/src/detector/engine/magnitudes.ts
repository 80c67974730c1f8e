/** Larger magnitudes are cut to this: sums and products of a few stay finite. */
export const LARGEST = 1e150;

/** Differences below this share of the values are rounding, not news. */
export const ROUNDING = 1e-9;
