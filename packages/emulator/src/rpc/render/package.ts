/** Packages, functions and datatypes to their protobuf descriptors. */

import { GrpcTypes } from '@mysten/sui/grpc';

import type {
  AbilityName,
  DatatypeDescription,
  FieldDescription,
  FunctionDescription,
  Ledger,
  OpenSignature,
  OpenType,
  PackageData,
} from '../../ledger/api.js';
import { deserializeModule } from '../../move/format/deserialize.js';
import type { Selection } from '../mask.js';
import { isSelected } from '../mask.js';
import { message } from './message.js';

const ABILITIES: Readonly<Record<AbilityName, GrpcTypes.Ability>> = {
  copy: GrpcTypes.Ability.COPY,
  drop: GrpcTypes.Ability.DROP,
  store: GrpcTypes.Ability.STORE,
  key: GrpcTypes.Ability.KEY,
};

const PRIMITIVES = {
  address: GrpcTypes.OpenSignatureBody_Type.ADDRESS,
  bool: GrpcTypes.OpenSignatureBody_Type.BOOL,
  u8: GrpcTypes.OpenSignatureBody_Type.U8,
  u16: GrpcTypes.OpenSignatureBody_Type.U16,
  u32: GrpcTypes.OpenSignatureBody_Type.U32,
  u64: GrpcTypes.OpenSignatureBody_Type.U64,
  u128: GrpcTypes.OpenSignatureBody_Type.U128,
  u256: GrpcTypes.OpenSignatureBody_Type.U256,
} as const;

function abilities(names: readonly AbilityName[]): GrpcTypes.Ability[] {
  return names.map((name) => ABILITIES[name]);
}

function openType(type: OpenType): GrpcTypes.OpenSignatureBody {
  const kinds = GrpcTypes.OpenSignatureBody_Type;
  switch (type.kind) {
    case 'vector':
      return message(GrpcTypes.OpenSignatureBody, {
        type: kinds.VECTOR,
        typeParameterInstantiation: [openType(type.element)],
      });
    case 'datatype':
      return message(GrpcTypes.OpenSignatureBody, {
        type: kinds.DATATYPE,
        typeName: type.type,
        typeParameterInstantiation: type.typeArguments.map(openType),
      });
    case 'typeParameter':
      return message(GrpcTypes.OpenSignatureBody, {
        type: kinds.TYPE_PARAMETER,
        typeParameter: type.index,
      });
    default:
      return message(GrpcTypes.OpenSignatureBody, { type: PRIMITIVES[type.kind] });
  }
}

function openSignature(signature: OpenSignature): GrpcTypes.OpenSignature {
  const references = GrpcTypes.OpenSignature_Reference;
  return message(GrpcTypes.OpenSignature, {
    reference: {
      none: undefined,
      immutable: references.IMMUTABLE,
      mutable: references.MUTABLE,
    }[signature.reference],
    body: openType(signature.body),
  });
}

function field(description: FieldDescription): GrpcTypes.FieldDescriptor {
  return message(GrpcTypes.FieldDescriptor, {
    name: description.name,
    position: description.position,
    type: openType(description.type),
  });
}

/**
 * Renders the signature of a function.
 *
 * @param description - function of a published module
 */
export function renderFunction(description: FunctionDescription): GrpcTypes.FunctionDescriptor {
  const visibilities = GrpcTypes.FunctionDescriptor_Visibility;
  return message(GrpcTypes.FunctionDescriptor, {
    name: description.name,
    visibility: {
      private: visibilities.PRIVATE,
      public: visibilities.PUBLIC,
      friend: visibilities.FRIEND,
    }[description.visibility],
    isEntry: description.isEntry,
    typeParameters: description.typeParameters.map((parameter) =>
      message(GrpcTypes.TypeParameter, { constraints: abilities(parameter.constraints) }),
    ),
    parameters: description.parameters.map(openSignature),
    returns: description.returns.map(openSignature),
  });
}

/**
 * Renders the declaration of a struct or enum.
 *
 * @param description - datatype of a published module
 */
export function renderDatatype(description: DatatypeDescription): GrpcTypes.DatatypeDescriptor {
  const kinds = GrpcTypes.DatatypeDescriptor_DatatypeKind;
  return message(GrpcTypes.DatatypeDescriptor, {
    typeName: description.type,
    definingId: description.definingId,
    module: description.module,
    name: description.name,
    abilities: abilities(description.abilities),
    typeParameters: description.typeParameters.map((parameter) =>
      message(GrpcTypes.TypeParameter, {
        constraints: abilities(parameter.constraints),
        isPhantom: parameter.isPhantom,
      }),
    ),
    kind: description.kind === 'enum' ? kinds.ENUM : kinds.STRUCT,
    fields: description.fields.map(field),
    variants: description.variants.map((variant) =>
      message(GrpcTypes.VariantDescriptor, {
        name: variant.name,
        position: variant.position,
        fields: variant.fields.map(field),
      }),
    ),
  });
}

function functionNames(module: Uint8Array): string[] {
  const { functions, functionHandles, identifiers } = deserializeModule(module);
  return functions.map(({ handle }) => identifiers[functionHandles[handle]?.name ?? -1] ?? '');
}

/**
 * Renders a package with the descriptors of its modules.
 *
 * @param data - the package
 * @param ledger - describes datatypes and functions
 * @param selection - what the caller wants of `Package`; descriptors are made only when selected
 */
export function renderPackage(
  data: PackageData,
  ledger: Ledger,
  selection: Selection,
): GrpcTypes.Package {
  const hasDatatypes = isSelected(selection, 'modules', 'datatypes');
  const hasFunctions = isSelected(selection, 'modules', 'functions');
  return message(GrpcTypes.Package, {
    storageId: data.id,
    originalId: data.originalId,
    version: data.version,
    modules: [...data.modules].map(([name, contents]) =>
      message(GrpcTypes.Module, {
        name,
        contents,
        datatypes: hasDatatypes
          ? data.typeOrigins
              .filter((origin) => origin.module === name)
              .map((origin) => ledger.describeDatatype(data.id, name, origin.datatype))
              .filter((description) => description !== undefined)
              .map(renderDatatype)
          : [],
        functions: hasFunctions
          ? functionNames(contents)
              .map((functionName) => ledger.describeFunction(data.id, name, functionName))
              .filter((description) => description !== undefined)
              .map(renderFunction)
          : [],
      }),
    ),
    typeOrigins: data.typeOrigins.map((origin) =>
      message(GrpcTypes.TypeOrigin, {
        moduleName: origin.module,
        datatypeName: origin.datatype,
        packageId: origin.package,
      }),
    ),
    linkage: [...data.linkage].map(([originalId, target]) =>
      message(GrpcTypes.Linkage, {
        originalId,
        upgradedId: target.id,
        upgradedVersion: target.version,
      }),
    ),
  });
}
