import { CHOSEN_JOBS } from '../chosen-jobs.ts';

/** What is selected of recorded series: they have neither an instance nor a worker. */
export const CHOSEN = '{job=~"$job",http_route=~"$route"}';

/** The same for measures of releases: which one is current does not depend on the route that is looked at. */
export const CHOSEN_RELEASES: { readonly jobs: string; readonly routes: string } = {
  jobs: CHOSEN_JOBS,
  routes: CHOSEN,
};
