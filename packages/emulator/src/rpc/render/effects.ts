/** Effects and events to their protobuf messages. */

import { GrpcTypes } from '@mysten/sui/grpc';

import type { GasCostSummary, Ledger, ObjectChange, TransactionRecord } from '../../ledger/api.js';
import type { Selection } from '../mask.js';
import { isSelected, selectionAt } from '../mask.js';
import { renderStatus } from './error.js';
import { bcs, jsonValue, message, owner } from './message.js';

/**
 * Renders a gas summary.
 *
 * @param gas - amounts in MIST
 */
export function gasCostSummary(gas: GasCostSummary): GrpcTypes.GasCostSummary {
  return message(GrpcTypes.GasCostSummary, { ...gas });
}

function changedObject(
  change: ObjectChange,
  types: ReadonlyMap<string, string>,
): GrpcTypes.ChangedObject {
  const inputs = GrpcTypes.ChangedObject_InputObjectState;
  const outputs = GrpcTypes.ChangedObject_OutputObjectState;
  const operations = GrpcTypes.ChangedObject_IdOperation;
  const { input, output } = change;
  const outputStates = {
    object: outputs.OBJECT_WRITE,
    package: outputs.PACKAGE_WRITE,
    none: outputs.DOES_NOT_EXIST,
  };
  return message(GrpcTypes.ChangedObject, {
    objectId: change.objectId,
    inputState: input === undefined ? inputs.DOES_NOT_EXIST : inputs.EXISTS,
    inputVersion: input?.version,
    inputDigest: input?.digest,
    inputOwner: input === undefined ? undefined : owner(input.owner),
    outputState: outputStates[output?.kind ?? 'none'],
    outputVersion: output?.version,
    outputDigest: output?.digest,
    outputOwner:
      output === undefined
        ? undefined
        : owner(output.kind === 'object' ? output.owner : { kind: 'immutable' }),
    idOperation: {
      none: operations.NONE,
      created: operations.CREATED,
      deleted: operations.DELETED,
    }[change.idOperation],
    objectType: types.get(change.objectId),
  });
}

/**
 * Renders the effects of a transaction.
 *
 * @param record - executed or simulated transaction
 * @param ledger - for what abort codes refer to
 * @param selection - what the caller wants of `TransactionEffects`; only saves work here
 */
export function renderEffects(
  record: TransactionRecord,
  ledger: Ledger,
  selection: Selection,
): GrpcTypes.TransactionEffects {
  const { effects, objectTypes } = record;
  const gasChange =
    effects.gasObjectIndex === undefined
      ? undefined
      : effects.changedObjects[effects.gasObjectIndex];
  return message(GrpcTypes.TransactionEffects, {
    bcs: bcs(record.effectsBcs, 'TransactionEffects'),
    digest: record.effectsDigest,
    version: 2,
    status: renderStatus(effects.status, ledger),
    epoch: effects.epoch,
    gasUsed: gasCostSummary(effects.gasUsed),
    transactionDigest: effects.transactionDigest,
    gasObject: gasChange === undefined ? undefined : changedObject(gasChange, objectTypes),
    eventsDigest: effects.eventsDigest,
    dependencies: [...effects.dependencies],
    lamportVersion: effects.lamportVersion,
    changedObjects: isSelected(selection, 'changedObjects')
      ? effects.changedObjects.map((change) => changedObject(change, objectTypes))
      : [],
    unchangedConsensusObjects: effects.unchangedConsensusObjects.map((object) =>
      message(GrpcTypes.UnchangedConsensusObject, {
        kind: GrpcTypes.UnchangedConsensusObject_UnchangedConsensusObjectKind.READ_ONLY_ROOT,
        objectId: object.objectId,
        version: object.version,
        digest: object.digest,
      }),
    ),
  });
}

/**
 * Renders one event of a transaction.
 *
 * @param record - executed or simulated transaction
 * @param index - of the event
 * @param ledger - renders contents as JSON when asked for
 * @param selection - what the caller wants of `Event`; only saves work here
 */
export function renderEvent(
  record: TransactionRecord,
  index: number,
  ledger: Ledger,
  selection: Selection | undefined,
): GrpcTypes.Event {
  const event = record.events[index];
  if (event === undefined) throw new RangeError(`${record.digest} has no event ${index}`);
  return message(GrpcTypes.Event, {
    packageId: event.packageId,
    module: event.module,
    sender: event.sender,
    eventType: event.type,
    contents: bcs(event.contents, event.type),
    json: isSelected(selection, 'json')
      ? jsonValue(ledger.renderJson(event.type, event.contents))
      : undefined,
    checkpoint: record.checkpoint,
    transactionDigest: record.digest,
    transactionIndex: BigInt(record.indexInCheckpoint),
    eventIndex: index,
  });
}

/**
 * Renders the events of a transaction.
 *
 * @param record - executed or simulated transaction
 * @param ledger - renders event contents as JSON when asked for
 * @param selection - what the caller wants of `TransactionEvents`
 */
export function renderEvents(
  record: TransactionRecord,
  ledger: Ledger,
  selection: Selection,
): GrpcTypes.TransactionEvents {
  const below = selectionAt(selection, 'events');
  return message(GrpcTypes.TransactionEvents, {
    bcs: record.eventsBcs === undefined ? undefined : bcs(record.eventsBcs, 'TransactionEvents'),
    digest: record.effects.eventsDigest,
    events: record.events.map((_, index) => renderEvent(record, index, ledger, below)),
  });
}
