/**
 * RedStuff in Node: the codec on worker threads, with files as sources and for temporary data.
 */
export { createCodec, type NodeCodecInit } from './create-codec.js';
export { fileSource, streamSource } from './file-source.js';
export { openSliverFiles, type SliverFile, type SliverFiles } from './sliver-files.js';
export { tempStores, type TempStorageInit } from './temp-store.js';
