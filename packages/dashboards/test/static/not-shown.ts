/** Metrics of the catalogue that no panel and no rule asks for, by OpenTelemetry name, each with the reason. */
export const notShown: Readonly<Record<string, string>> = {
  'outrider.route.duration': 'exponential histograms are pushed, not scraped: the dashboards read the ordinary ones',
};
