import {
  DescribeCommandsRequestSchema,
  DescribeInvocationTasksRequestSchema,
  RunCommandRequestSchema,
} from '@muster/contract';
import { fromFlattened, parseBody, toMessage } from '../src/index.ts';

export const JSON_RULES = { coerce: false };
export const QUERY_RULES = { coerce: true };

export const runOf = (body: string) => toMessage(RunCommandRequestSchema, parseBody(body), JSON_RULES);
export const pageOf = (body: string) => toMessage(DescribeCommandsRequestSchema, parseBody(body), JSON_RULES);
export const tasksOf = (query: string) =>
  toMessage(DescribeInvocationTasksRequestSchema, fromFlattened(new URLSearchParams(query)), QUERY_RULES);

/** What is thrown by a refusal, as its code and its text. */
export function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    const { reason, message } = error as { reason?: string; message: string };
    if (reason === undefined) throw error;
    return `${reason}: ${message}`;
  }
  throw new Error('was read');
}
