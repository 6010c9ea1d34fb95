/** `*` stands for any run of characters, as the platform's own matcher understands it. For short texts of tests only. */
export const like = (pattern: string, text: string) =>
  new RegExp(`^${pattern.replaceAll(/\W/g, '\\$&').replaceAll('\\*', '[^]*')}$`).test(text);
