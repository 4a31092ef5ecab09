const warned = new Set<string>();

/** Emits one process warning a text: a library does not print. */
export function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  process.emitWarning(message, 'OutriderWarning');
}
