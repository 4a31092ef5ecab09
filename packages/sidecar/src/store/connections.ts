import type { PushConnection } from '../receivers/push-sender.ts';
import type { Session } from './session.ts';

/**
 * Which sessions push over which open connections.
 *
 * One that carries the pushes of several is that of a proxy in between, and its end is not theirs: it is not followed.
 */
export class Connections {
  readonly #sessions = new Map<PushConnection, Set<Session>>();
  readonly #connections = new Map<Session, Set<PushConnection>>();
  /** Whose each connection is, by the key of the session; undefined where it is that of several. */
  readonly #owners = new WeakMap<PushConnection, string | undefined>();
  readonly #onClosed: (sessions: readonly Session[], byPeer: boolean) => void;

  /** @param onClosed called with the sessions of which the last connection was closed */
  constructor(onClosed: (sessions: readonly Session[], byPeer: boolean) => void) {
    this.#onClosed = onClosed;
  }

  /** Notes that a session pushed over a connection, which may be closed by now. */
  add(session: Session, connection: PushConnection): void {
    const { key } = session.identity;
    if (!this.#owners.has(connection)) this.#owners.set(connection, key);
    if (this.#owners.get(connection) !== key) return this.#share(connection, session);
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

  #share(connection: PushConnection, session: Session): void {
    this.#owners.set(connection, undefined);
    this.#closed(connection, false);
    if (!this.#connections.has(session)) this.#onClosed([session], false);
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
