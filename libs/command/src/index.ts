export * from './command-files.ts';
export * from './fields.ts';
export type { Bilingual } from './file-fields.ts';
export * from './hidden.ts';
export * from './paging.ts';
export * from './parameters.ts';
export * from './render.ts';
export * from './scenes.ts';
export * from './tags.ts';
