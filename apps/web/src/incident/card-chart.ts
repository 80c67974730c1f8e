/** How high the charts of the cards are at their drawing width of 400: both alike, filling what the list of steps beside them takes. */
export const CARD_CHART_PX = 206;
