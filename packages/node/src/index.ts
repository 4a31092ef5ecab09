export { getObserver } from '@outrider/core';
export type { OutriderOptions } from '@outrider/core';
