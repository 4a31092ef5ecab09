import { select, total } from '../exposition.ts';
import type { Sample } from '../exposition.ts';

/** Sees to it that what was to be forwarded is sent, waits, or was dropped for a reason, in every scrape. */
export class ForwardBalance {
  /** What does not add up, as text. */
  look(samples: readonly Sample[]): string[] {
    const backends = new Set(
      select(samples, 'outrider_forward_sent_total').map(({ labels }) => labels['backend'] ?? ''),
    );
    return [...backends].flatMap((backend) => {
      const of = (name: string): number => total(samples, name, { backend });
      const accepted = of('outrider_forward_accepted_total');
      const [sent, queued] = [of('outrider_forward_sent_total'), of('outrider_forward_queued')];
      const dropped = of('outrider_forward_dropped_total');
      if (accepted === sent + queued + dropped) return [];
      return [`${backend}: accepted ${accepted}, but sent ${sent}, queued ${queued}, dropped ${dropped}`];
    });
  }
}
