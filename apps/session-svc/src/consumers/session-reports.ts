import { type Bus, subjects } from '@muster/bus';
import { HeldSessionsSchema, SessionReportSchema } from '@muster/contract';
import type { LiveRelays } from '../relay/live-relays.ts';

/** Hears what machines say about shells, and asks what they hold. Who speaks is in the subject, where the bus itself has put it. */
export function hearMachines(bus: Bus, relays: Pick<LiveRelays, 'report' | 'held' | 'askMachines'>): Disposable {
  const subscriptions = [
    bus.subscribe(subjects.serviceSessionUp('report'), SessionReportSchema, (report, subject) =>
      relays.report(subjects.speakerOf(subject), subjects.sessionOf(subject).sessionId, report),
    ),
    bus.subscribe(subjects.serviceSessionUp('held'), HeldSessionsSchema, ({ sessions }, subject) =>
      relays.held(subjects.speakerOf(subject), sessions),
    ),
  ];
  relays.askMachines();
  return {
    [Symbol.dispose]() {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
