/** What is selected of recorded series: they have neither an instance nor a worker. */
export const CHOSEN = '{job=~"$job",http_route=~"$route"}';
