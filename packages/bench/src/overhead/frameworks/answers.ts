/** What every application answers for a user. */
export function user(id: string | undefined): object {
  return { id, name: 'Ada Lovelace', roles: ['reader', 'writer'] };
}

/** What every application answers for an order. */
export function order(id: string | undefined): object {
  return { id, state: 'shipped', items: 3 };
}

/** What every application answers for its health. */
export function health(): object {
  return { ok: true };
}
