import type { Identity } from './identity.ts';
import type { Session } from './session.ts';

interface ServiceSlots {
  readonly held: Map<number, Session>;
  /** By SDK, a slot below which none is free; what makes one free lowers it. So who comes need not look at them all. */
  readonly from: Map<string, number>;
}

/** The worker slots of each service, and the session that holds each: one that has gone, until another takes it over. */
export class Slots {
  readonly #services = new Map<string, ServiceSlots>();

  /** Whether any slot of a service is held. */
  has(service: string): boolean {
    return this.#services.has(service);
  }

  /** The session that holds a slot. */
  at(service: string, worker: number): Session | undefined {
    return this.#services.get(service)?.held.get(worker);
  }

  /** The lowest slot that nobody holds, or only a session of the same SDK whose process has gone. */
  lowestFree({ service: name, sdk }: Identity): number {
    const service = this.#services.get(name);
    if (service === undefined) return 0;
    let worker = service.from.get(sdk) ?? 0;
    for (let holder = service.held.get(worker); holder !== undefined; holder = service.held.get(worker)) {
      if (!holder.presence.isPresent && holder.identity.sdk === sdk) break;
      worker += 1;
    }
    service.from.set(sdk, worker);
    return worker;
  }

  /** Gives a session its slot. */
  hold(session: Session): void {
    const { service: name } = session.identity;
    const service = this.#services.get(name) ?? { held: new Map(), from: new Map() };
    service.held.set(session.worker, session);
    this.#services.set(name, service);
  }

  /** Notes that the process of a session has gone: another of the same SDK may take its slot over. */
  left({ identity, worker }: Session): void {
    const from = this.#services.get(identity.service)?.from;
    from?.set(identity.sdk, Math.min(from.get(identity.sdk) ?? 0, worker));
  }

  /** Takes a session's slot away. */
  release({ identity, worker }: Session): void {
    const service = this.#services.get(identity.service);
    if (service === undefined) return;
    service.held.delete(worker);
    for (const [sdk, from] of service.from) service.from.set(sdk, Math.min(from, worker));
    if (service.held.size === 0) this.#services.delete(identity.service);
  }
}
