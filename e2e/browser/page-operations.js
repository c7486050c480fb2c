/** The operations of readers and repairers, which must not hold up the page either. */
import { createCodec, sliversInMemory } from '@walrus-ts/redstuff';
import { seededBytes } from './bytes.js';
import { AXES, codeOf, collectingSink, report, sha256, sha256Of } from './page-tools.js';

export async function operationsRun({ nShards, sizeBytes, target }) {
  const blob = seededBytes(nShards + sizeBytes, sizeBytes);
  const blobHash = await sha256(blob);
  const f = Math.floor((nShards - 1) / 3);
  const needed = { primary: nShards - 2 * f, secondary: nShards - f };
  const sink = collectingSink((axis, index) => index >= nShards - needed[axis]);
  const codec = await createCodec({ nShards });
  const { blobId, metadata } = await codec.encodeToSink(blob, sink);
  const last = (axis) =>
    Array.from({ length: needed[axis] }, (_, i) => sink.sliver(axis, nShards - 1 - i));
  await report('ready');

  const entries = AXES.flatMap((axis) =>
    last(axis).map((sliver) => ({ axis, index: sliver.index, sliver })),
  );
  const verdicts = await codec.verifySlivers({ metadata, slivers: entries });
  const isVerified = verdicts.every((verdict) => verdict === null);
  const slivers = last('primary');
  const decoded = await codec.decode({ blobId, metadata, axis: 'primary', slivers });
  const parts = [];
  const rows = sliversInMemory(last('secondary'));
  await codec.decodeToSink(
    { blobId, metadata, axis: 'secondary', slivers: rows },
    { write: (bytes) => void parts.push(bytes.slice()) },
  );
  const symbols = [];
  for (const sliver of last('secondary')) {
    const input = { axis: 'secondary', sliver, targets: [target] };
    for (const { data, proof } of await codec.recoverySymbols(input)) {
      symbols.push({ sourceIndex: sliver.index, data, proof });
    }
  }
  const [first] = symbols;
  await codec.verifyRecoverySymbol({ metadata, axis: 'primary', index: target, symbol: first });
  const recovered = await codec.recoverSliver({
    metadata,
    axis: 'primary',
    index: target,
    symbols,
  });
  // An honest blob: the proof is looked at in full before it is refused.
  const proof = { axis: 'primary', targetIndex: target, symbols };
  const proofCode = await codeOf(codec.verifyInconsistencyProof({ metadata, proof }));
  await codec.close();
  // Hashing is the page's own work.
  await report('done');
  return {
    isVerified,
    isDecoded: (await sha256(decoded)) === blobHash,
    isDecodedToSink: (await sha256Of(parts)) === blobHash,
    recovered: recovered.sliver ? await sha256(recovered.sliver.data) : recovered.kind,
    proofCode,
  };
}
