/** What is selected of recorded series: budgets are of applications as a whole. */
export const CHOSEN_JOBS = '{job=~"$job"}';
