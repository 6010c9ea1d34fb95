/** `{{key}}` or `{{tat-hidden:key}}`, without blanks, for anything that can be a key. */
export const PLACEHOLDER = /\{\{(tat-hidden:)?([A-Za-z0-9_-]{1,64})\}\}/g;
