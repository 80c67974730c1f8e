/** Rises whenever the same facts and answers would lead to another plan, or to other words of what was decided against. */
export const PLANNER_VERSION = '3';
