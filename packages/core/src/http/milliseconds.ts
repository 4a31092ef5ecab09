// `toFixed` takes several times as long, and is on the way of every response.
const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, at) => String(at).padStart(3, '0'));

/**
 * A duration as the response-time header has it.
 *
 * @param digits after the point, 0 to 9
 * @example milliseconds(12.3456, 3) // '12.346ms'
 */
export function milliseconds(duration: number, digits: number): string {
  if (digits !== 3 || duration >= 2 ** 31) return `${duration.toFixed(digits)}ms`;
  const micros = Math.round(duration * 1000);
  const whole = Math.floor(micros / 1000);
  return `${whole}.${THREE_DIGITS[micros - whole * 1000]}ms`;
}
