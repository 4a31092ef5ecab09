const ONLY_WHETHER = 'is multiplied by 0: all that matters is that there are misses';
const AS_OF_AN_HOUR =
  'too long a window to be played; ErrorBudgetBurnPage 1h, which measures the same by the same code, proves it';
const A_DAY =
  'no course goes on for half a day; that a release which has ended still counts is proven in measures/releases.test.ts';
const WHICH_IS_CURRENT =
  'which release is the current one is proven in situations.test.ts and measures/releases.test.ts';

/** Faults that no course tells from the rule as it is, by rule, in the order of the mutations; each with the reason. */
export const EQUIVALENT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CacheHitRateLow: {
    '…ion="get",cache_result="miss"}[10m] -> 1200s': ONLY_WHETHER,
    '…ion="get",cache_result="miss"}[10m] -> 300s': ONLY_WHETHER,
  },
  ReleaseRegression: {
    '…duration_seconds_count:rate5m > 0 -> 2': WHICH_IS_CURRENT,
    '…duration_seconds_count:rate5m > 0 -> -1': WHICH_IS_CURRENT,
    '…vice_release_timestamp_seconds[1d] -> 172800s': A_DAY,
    '…vice_release_timestamp_seconds[1d] -> 43200s': A_DAY,
    'without and on (job, service_version) job_version_route:http_server…333333333333 behind …ice_release_timestamp_seconds)':
      WHICH_IS_CURRENT,
    'without or on (job) min by (job, service_version) (min_over_time(se…t:rate5m > 0 behind …t:rate5m >= 0.3333333333333333':
      WHICH_IS_CURRENT,
    'without and on (job, service_version) job_version_route:http_server…t:rate5m > 0 behind …ice_release_timestamp_seconds)':
      WHICH_IS_CURRENT,
    'without or on (job) min by (job, service_version) (min_over_time(se…amp_seconds) behind …ation_seconds_count:rate5m > 0':
      WHICH_IS_CURRENT,
    'without and on (job, service_version) min by (job, service_version)…amp_seconds) behind …elease_timestamp_seconds[1d]))':
      WHICH_IS_CURRENT,
  },
  'ErrorBudgetBurnPage 6h': {
    '>= 20 -> 20.6': AS_OF_AN_HOUR,
    '…me(job:slo_requests_bad:rate5m[6h] -> 43200s': AS_OF_AN_HOUR,
    '…me(job:slo_requests_bad:rate5m[6h] -> 10800s': AS_OF_AN_HOUR,
  },
  'ErrorBudgetBurnTicket 1d': {
    '>= 20 -> 20.6': AS_OF_AN_HOUR,
    '…me(job:slo_requests_bad:rate5m[1d] -> 172800s': AS_OF_AN_HOUR,
    '…me(job:slo_requests_bad:rate5m[1d] -> 43200s': AS_OF_AN_HOUR,
    'without and on (job) job:slo_requests_bad:rate2h / job:slo_requests…ate2h > 0.03 behind …job:slo_requests:rate1d > 0.03':
      AS_OF_AN_HOUR,
  },
  'ErrorBudgetBurnTicket 3d': {
    '>= 20 -> 19.42': AS_OF_AN_HOUR,
    '…me(job:slo_requests_bad:rate5m[3d] -> 518400s': AS_OF_AN_HOUR,
    '…me(job:slo_requests_bad:rate5m[3d] -> 129600s': AS_OF_AN_HOUR,
  },
  ApplicationMissing: {
    '>= 10 -> 9.709': 'minutes are counted: more than 9 are 10',
    '…time(app_workers{state="live"}[1h] -> 7200s':
      'an application that nobody has told of for some fifty minutes is not missed anyway',
  },
};
