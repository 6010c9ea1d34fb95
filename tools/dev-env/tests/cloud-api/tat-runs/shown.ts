import { expect } from 'vitest';
import type { Tat, TatAction } from '../ways.ts';

type Answer<A extends TatAction> = Tat[A] extends (request: never) => Promise<infer R> ? R : never;
type Member<List> = NonNullable<List> extends readonly (infer M)[] ? M : never;

/** Types of the SDK. */
export type Invocation = Member<Answer<'DescribeInvocations'>['InvocationSet']>;
export type InvocationTask = Member<Answer<'DescribeInvocationTasks'>['InvocationTaskSet']>;
export type Invoker = Member<Answer<'DescribeInvokers'>['InvokerSet']>;
export type InvokerRecord = Member<Answer<'DescribeInvokerRecords'>['InvokerRecordSet']>;

/** Every field that the SDK knows of a type, with what it is expected to be. */
export type Every<T> = { [K in keyof Required<T>]: unknown };

/** A time as TAT shows times. */
export const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
