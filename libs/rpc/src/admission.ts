import type { DescMethod } from '@bufbuild/protobuf';
import { type Principal, Scope } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { GuardOptions } from './guard.ts';
import { accessOf } from './method-access.ts';
import { type ActionClass, classOf, type RateLimiter } from './rate-limiter.ts';
import { verifyServiceToken } from './service-identity.ts';

/** What a call is counted by. */
export interface CountedCall {
  readonly method: DescMethod;
  readonly credential: string;
  readonly peerAddress: string;
  /** What is to be disposed when the call has ended. */
  readonly held: DisposableStack;
}

/**
 * Counts one call, once: under its account, or under its address for as long as nobody has said whose it is. A credential that iam-svc
 * has vouched for before is counted before iam-svc is asked again, so that a flood stops here; it is asked all the same when there is room.
 */
export class Admission {
  readonly #limiter: GuardOptions['limiter'];
  readonly #serviceKeys: GuardOptions['serviceKeys'];
  readonly #call: CountedCall;
  readonly #class: ActionClass;
  readonly #public: boolean;
  #counted: boolean = false;

  constructor({ limiter, serviceKeys }: GuardOptions, call: CountedCall) {
    this.#limiter = limiter;
    this.#serviceKeys = serviceKeys;
    this.#call = call;
    this.#class = classOf(call.method);
    this.#public = accessOf(call.method).scope === Scope.PUBLIC;
  }

  /** Before anybody is asked. Refusal: RequestLimitExceeded. */
  async begin(): Promise<void> {
    if (!this.#limiter) return;
    const { credential, peerAddress } = this.#call;
    if (this.#public || credential === '') {
      this.#counted = true;
      this.#limiter.admitAddress(peerAddress);
      return;
    }
    const accountUin = this.#limiter.accountOf(credential);
    if (accountUin !== undefined) {
      this.#counted = true;
      await this.#admit(this.#limiter, accountUin);
      return;
    }
    const refusal = this.#limiter.refusalOfAddress(peerAddress);
    if (refusal && !(await this.#isService())) throw refusal;
  }

  /** Takes iam-svc's answer, or its refusal, for what it says about who is calling. Refusal: RequestLimitExceeded. */
  async of<A extends { readonly principal: Principal }>(asked: Promise<A>): Promise<A> {
    let answer: A;
    try {
      answer = await asked;
    } catch (error) {
      if (error instanceof Refusal && error.kind === 'unauthenticated') this.#refused();
      throw error;
    }
    if (!this.#counted && this.#limiter) {
      this.#counted = true;
      const accountUin = this.#limiter.remember(this.#call.credential, answer.principal);
      if (accountUin !== undefined) await this.#admit(this.#limiter, accountUin);
    }
    return answer;
  }

  async #admit(limiter: RateLimiter, accountUin: string): Promise<void> {
    try {
      limiter.admitAccount(accountUin, this.#class);
    } catch (refusal) {
      await limiter.holdBack(accountUin);
      throw refusal;
    }
    // a stream may stay open for hours
    if (this.#call.method.methodKind === 'unary') this.#call.held.use(await limiter.enter(accountUin));
  }

  #refused(): void {
    this.#limiter?.forget(this.#call.credential);
    this.#limiter?.admitAddress(this.#call.peerAddress);
  }

  /** Services share addresses with whoever else runs there, and must not be shut out by them. */
  async #isService(): Promise<boolean> {
    if (!this.#serviceKeys) return false;
    return (await verifyServiceToken(this.#call.credential, this.#serviceKeys)) !== undefined;
  }
}
