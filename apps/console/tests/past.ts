import { timestampFromMs } from '@bufbuild/protobuf/wkt';

/** Times that lie a little in the past, so that pictures of the console look like a working day. */
export const past = (seconds: number) => timestampFromMs(Date.now() - seconds * 1000);
