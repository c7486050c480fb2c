import { blobIdFromInt, normalizeAddress } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { decodeEvents } from '../../src/index.js';
import * as EVENTS from '../../src/generated/walrus/events.js';

const original = normalizeAddress('0xabc');
const other = normalizeAddress('0xdef');
const objectId = `0x${'07'.repeat(32)}`;

describe('decodeEvents', () => {
  const registered = EVENTS.BlobRegistered.serialize({
    epoch: 3,
    blobId: 5n,
    size: 1234n,
    encodingType: 1,
    endEpoch: 8,
    deletable: true,
    objectId,
  }).toBytes();
  const start = EVENTS.EpochChangeStart.serialize({ epoch: 4 }).toBytes();

  it('decodes fields and numbers the events of the package among themselves', () => {
    const events = decodeEvents(original, 'digest', [
      { eventType: `${other}::events::BlobRegistered`, contents: registered },
      { eventType: `${original}::events::BlobRegistered`, contents: registered },
      { eventType: '0xabc::events::EpochChangeStart', contents: start },
    ]);
    expect(events).toEqual([
      {
        id: { txDigest: 'digest', eventSeq: 0 },
        type: 'BlobRegistered',
        epoch: 3,
        blobId: blobIdFromInt(5n),
        size: 1234n,
        encodingType: 1,
        endEpoch: 8,
        isDeletable: true,
        objectId,
      },
      { id: { txDigest: 'digest', eventSeq: 1 }, type: 'EpochChangeStart', epoch: 4 },
    ]);
  });

  it('keeps events it does not know, so that numbers stay right', () => {
    const events = decodeEvents(original, 'digest', [
      { eventType: `${original}::events::SomethingNew`, contents: new Uint8Array() },
      { eventType: `${original}::events::EpochChangeStart`, contents: start },
    ]);
    expect(events.map(({ type, id }) => [type, id.eventSeq])).toEqual([
      ['Unknown', 0],
      ['EpochChangeStart', 1],
    ]);
  });
});
