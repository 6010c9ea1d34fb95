import { type DescMethod, type DescService, getOption, type Message, toJson } from '@bufbuild/protobuf';
import * as contract from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { Callers } from '../callers.ts';

const { access, Scope } = contract;

/** Every method of the contract, in the order of its services' names. */
export const METHODS: readonly DescMethod[] = (Object.values(contract) as { kind?: string }[])
  .filter((each): each is DescService => each?.kind === 'service')
  .filter(({ typeName }) => typeName.startsWith('muster.'))
  .flatMap(({ methods }) => methods);

/** Those that only Muster's own services may call. */
export const INTERNAL = METHODS.filter((method) => getOption(method, access).scope === Scope.SERVICE);

/** `GetUser`: methods have different names all over. */
export const named = (name: string): DescMethod => METHODS.find((method) => method.name === name)!;

/** What came of a call: its answers as JSON, or the refusal. */
export type Outcome =
  | { readonly answers: readonly unknown[] }
  | { readonly kind: string; readonly reason: string; readonly message: string; readonly details: object };

/** Calls a method at its service's own port. A failure that is no refusal, and so no answer of ours, is thrown. */
export async function ask(callers: Callers, method: DescMethod, request: object, token: string): Promise<Outcome> {
  const client = callers.at(method.parent, token) as unknown as Record<string, (request: object) => unknown>;
  const answers: unknown[] = [];
  const keep = (message: unknown) => answers.push(toJson(method.output, message as Message));
  try {
    const answer = client[method.localName]!(request);
    if (method.methodKind === 'unary') keep(await answer);
    else for await (const message of answer as AsyncIterable<unknown>) keep(message);
  } catch (error) {
    if (!(error instanceof Refusal)) throw new Error(`${method.name} failed`, { cause: error });
    const { kind, reason, message, details } = error;
    return { kind, reason, message, details };
  }
  return { answers };
}

/** An outcome, as JSON, without what is new in every call, and with `<id>` for what was asked about. */
export function neutral(outcome: Outcome, ...ids: readonly string[]): string {
  // as whole words: the numbers of policies and groups are short
  const asked = new RegExp(`(?<![\\w-])(${ids.join('|')})(?![\\w-])`, 'g');
  const withoutIds = (text: string) => text.replaceAll(/(decision|request) [\w-]{8,}/g, '$1').replaceAll(asked, '<id>');
  return JSON.stringify(outcome, (_, value) => (typeof value === 'string' ? withoutIds(value) : (value as unknown)));
}
