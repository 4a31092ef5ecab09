/** What is selected of recorded series that are of applications as a whole, such as budgets. */
export const CHOSEN_JOBS = '{job=~"$job"}';
