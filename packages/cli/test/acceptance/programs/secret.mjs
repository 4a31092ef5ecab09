const names = new Set();

/** A text that nobody may ever read again, named after where it was put. */
export function secret(name) {
  names.add(name);
  return `s3cr3t${name}`;
}

/** Where secrets were put. */
export function planted() {
  return [...names];
}
