import type { Refusal } from '@muster/kernel';
import { refusalOf } from './fixture.ts';

/** A refusal without what is different in every one of them: the id that was asked for, and the decision's own ids. */
export async function answerAbout(
  id: string,
  call: Promise<unknown>,
): Promise<Pick<Refusal, 'kind' | 'reason' | 'message'>> {
  const { kind, reason, message } = await refusalOf(call);
  const withoutIds = message.replaceAll(id, '<id>').replace(/decision \S+, request \S+/, 'decision, request');
  return { kind, reason, message: withoutIds };
}
