/** One mount that a request has entered: its prefix, and the path as it was before and is within. */
interface Mount {
  readonly prefix: string;
  readonly within: string;
}

/**
 * The prefixes of the mounts that a request is in. koa-mount tells only the innermost, and does not take it back on
 * leaving; the path, which it shortens on entering and restores on leaving, says which of them still hold.
 */
export class MountPath {
  #mounts: Mount[] = [];
  readonly #outside: string;

  /** @param outside the path before any mount */
  constructor(outside: string) {
    this.#outside = outside;
  }

  /** A mount is being entered from `path`. */
  enter(prefix: string, path: string): void {
    const depth = this.#depthOf(path);
    this.#mounts = [...this.#mounts.slice(0, depth), { prefix, within: path.slice(prefix.length) || '/' }];
  }

  /** The prefix, all mounts together, at a place where the path is `path`; empty outside of all mounts. */
  prefixAt(path: string): string {
    const depth = this.#depthOf(path);
    return this.#mounts
      .slice(0, depth)
      .map(({ prefix }) => prefix.replace(/\/$/, ''))
      .join('');
  }

  // How many mounts deep the path is, innermost first. A path that is none of theirs was rewritten where the request is:
  // leaving a mount restores the path before it.
  #depthOf(path: string): number {
    const at = this.#mounts.findLastIndex(({ within }) => within === path);
    return at === -1 && path !== this.#outside ? this.#mounts.length : at + 1;
  }
}
