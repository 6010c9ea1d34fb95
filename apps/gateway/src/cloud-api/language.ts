import { Refusal } from '@muster/kernel';
import { SENTENCES } from './sentences.ts';

/** A language in which refusals are explained. */
export type Language = 'en-US' | 'zh-CN';

const LANGUAGES: readonly string[] = ['en-US', 'zh-CN'] satisfies Language[];

/** Refusal: InvalidParameter, for a language that is none of the two. */
export function languageOf(given: string | undefined): Language {
  if (given === undefined || LANGUAGES.includes(given)) return (given ?? 'en-US') as Language;
  const was = `\`${given.slice(0, 40)}\``;
  throw new Refusal('invalid', 'InvalidParameter', `\`Language\` must be zh-CN or en-US, was ${was}`, {
    field: 'Language',
  });
}

/** A refusal's text: in Chinese a sentence that the code stands for, with what exactly is wrong behind it. */
export function inLanguage(language: Language, { code, message }: { code: string; message: string }): string {
  if (language === 'en-US') return message;
  const sentence = SENTENCES[code] ?? SENTENCES[code.split('.', 1)[0]!];
  return sentence === undefined ? message : `${sentence}（${message.trimEnd()}）`;
}
