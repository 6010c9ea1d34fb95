import type { Bearer } from '@muster/terminal';
import type { Opening } from './domain/opening.ts';

/** A session that policies allow, before there is one. */
export interface AllowedOpening extends Opening, Bearer {
  readonly uin: string;
}

/**
 * Stands between the decision that allows a session and the row that makes it: whatever policies cannot say is said here, and a refusal
 * ends the call with nothing left behind. Approvals plug in here: a gate that finds no granted approval for this opening files a wish
 * (who, which machine, as whom, why) and throws `UnauthorizedOperation.NeedApproval` with its id in the message; whoever approves lets the
 * same OpenSession pass when it is made again, until the approval is used or over. It is asked for every OpenSession and ForwardPort, and
 * not for ResumeSession, which goes on with what it let pass.
 */
export type SessionGate = (opening: AllowedOpening) => Promise<void>;

/** Lets everything pass that policies allow. */
export const sessionGate: SessionGate = async () => undefined;
