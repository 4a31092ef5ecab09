/** How many users and orders there are. */
const IDS = 100;

/** The paths that are asked for, in turn: eight of ten are users, one is an order, one the health. */
export const paths: readonly string[] = Array.from({ length: 10 * IDS }, (_, at) => {
  // 37 and 100 have no common divisor: every id comes up, in an order that is not ascending.
  const id = (at * 37 + Math.floor(at / IDS)) % IDS;
  if (at % 10 === 8) return `/api/orders/${id}`;
  if (at % 10 === 9) return '/health';
  return `/users/${id}`;
});
