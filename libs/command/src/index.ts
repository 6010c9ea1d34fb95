export * from './fields.ts';
export * from './hidden.ts';
export * from './paging.ts';
export * from './parameters.ts';
export * from './render.ts';
export * from './tags.ts';
