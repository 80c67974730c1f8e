/** Rises whenever the same facts and answers would lead to another plan. */
export const PLANNER_VERSION = '1';
