// Why there may be nothing to compare with.

/** Of what there was a day or a week ago. */
export const NO_HISTORY = 'a fresh installation has no history of a day or a week';

/** Of the release before. */
export const FIRST_RELEASE = 'the first release has none before it';
