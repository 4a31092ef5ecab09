import type { PushConnection } from '../receivers/push-sender.ts';
import type { Session } from './session.ts';

/** Which sessions push over which open connections. */
export class Connections {
  readonly #sessions = new Map<PushConnection, Set<Session>>();
  readonly #connections = new Map<Session, Set<PushConnection>>();
  readonly #onClosed: (sessions: readonly Session[], byPeer: boolean) => void;

  /** @param onClosed called with the sessions of which the last connection was closed */
  constructor(onClosed: (sessions: readonly Session[], byPeer: boolean) => void) {
    this.#onClosed = onClosed;
  }

  /** Notes that a session pushed over a connection, which may be closed by now. */
  add(session: Session, connection: PushConnection): void {
    const own = this.#connections.get(session) ?? new Set();
    this.#connections.set(session, own.add(connection));
    const sessions = this.#sessions.get(connection) ?? new Set();
    const isNew = !this.#sessions.has(connection);
    this.#sessions.set(connection, sessions.add(session));
    if (!connection.isOpen) this.#closed(connection, true);
    else if (isNew) connection.onClose((byPeer) => this.#closed(connection, byPeer));
  }

  /** Forgets the connections of a session that has ended. */
  forget(session: Session): void {
    for (const connection of this.#connections.get(session) ?? []) this.#sessions.get(connection)?.delete(session);
    this.#connections.delete(session);
  }

  #closed(connection: PushConnection, byPeer: boolean): void {
    const sessions = this.#sessions.get(connection) ?? [];
    this.#sessions.delete(connection);
    const left: Session[] = [];
    for (const session of sessions) {
      const own = this.#connections.get(session);
      own?.delete(connection);
      if (own?.size !== 0) continue;
      this.#connections.delete(session);
      left.push(session);
    }
    if (left.length > 0) this.#onClosed(left, byPeer);
  }
}
