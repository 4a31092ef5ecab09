/** A command: takes the arguments after its name, returns the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;

/** What `outrider` can do. A command is loaded only when it is called. */
export const commands: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  dashboards: {
    summary: 'write dashboards and alert rules for your thresholds and labels',
    load: async () => (await import('./dashboards.ts')).dashboards,
  },
  demo: {
    summary: 'start a sample shop with its sidecar and some traffic',
    load: async () => (await import('./demo/demo.ts')).demo,
  },
  doctor: {
    summary: 'say which panels have no data in Prometheus, and what mends it',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  sidecar: {
    summary: 'measure this host and receive metrics from applications',
    load: async () => (await import('./sidecar.ts')).sidecar,
  },
};
