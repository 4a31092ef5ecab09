/**
 * How much of what concerns the whole process (CPU time, memory, file descriptors, cgroup) one of its threads tells:
 * `nothing`, `all`, or, where another thread has told what was before, what comes `from-now` on.
 */
export type ProcessShare = 'nothing' | 'all' | 'from-now';

/** Decides which thread of a process tells what concerns all of it, so that no sum over threads holds it twice. */
export interface ProcessTelling {
  /** What this thread tells now. */
  share(): ProcessShare;
  /** Decides as far as it is open; called before every sample. */
  settle(): void;
}

/** For an observer that knows of no other threads: it tells everything. */
export const ALONE: ProcessTelling = { share: () => 'all', settle: () => undefined };
