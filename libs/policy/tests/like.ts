const matchers = new Map<string, RegExp>();

/** `*` stands for any run of characters, as the platform's own matcher understands it. For short texts of tests only. */
export function like(pattern: string, text: string): boolean {
  let matcher = matchers.get(pattern);
  if (!matcher) {
    matcher = new RegExp(`^${pattern.replaceAll(/\W/g, '\\$&').replaceAll('\\*', '[^]*')}$`);
    matchers.set(pattern, matcher);
  }
  return matcher.test(text);
}
