/** MovePackageService: packages, functions, datatypes (sui-rpc.md b). */

import { GrpcTypes } from '@mysten/sui/grpc';

import type { Ledger } from '../../ledger/api.js';
import { unary } from '../method.js';
import type { RpcMethod } from '../method.js';
import { message } from '../render/message.js';
import { renderDatatype, renderFunction, renderPackage } from '../render/package.js';
import { requireAddress, required } from '../resolve/normalize.js';
import { notFound } from '../status.js';

const {
  GetDatatypeRequest,
  GetDatatypeResponse,
  GetFunctionRequest,
  GetFunctionResponse,
  GetPackageRequest,
  GetPackageResponse,
  ListPackageVersionsRequest,
  ListPackageVersionsResponse,
  MovePackageService,
} = GrpcTypes;

function requirePackage(ledger: Ledger, text: string | undefined) {
  const id = requireAddress(text, 'package_id');
  const data = ledger.package(id);
  if (data === undefined) throw notFound(`Package ${id} not found`);
  return data;
}

/**
 * Makes the methods of MovePackageService.
 *
 * @param ledger - the chain
 * @returns GetPackage, GetFunction, GetDatatype, ListPackageVersions
 */
export function packageMethods(ledger: Ledger): RpcMethod[] {
  return [
    unary(MovePackageService, 'GetPackage', GetPackageRequest, GetPackageResponse, (request) =>
      message(GetPackageResponse, {
        package: renderPackage(requirePackage(ledger, request.packageId), ledger, true),
      }),
    ),
    unary(MovePackageService, 'GetFunction', GetFunctionRequest, GetFunctionResponse, (request) => {
      const { id } = requirePackage(ledger, request.packageId);
      const module = required(request.moduleName, 'module_name');
      const name = required(request.name, 'name');
      const description = ledger.describeFunction(id, module, name);
      if (description === undefined) throw notFound(`Function ${id}::${module}::${name} not found`);
      return message(GetFunctionResponse, { function: renderFunction(description) });
    }),
    unary(MovePackageService, 'GetDatatype', GetDatatypeRequest, GetDatatypeResponse, (request) => {
      const { id } = requirePackage(ledger, request.packageId);
      const module = required(request.moduleName, 'module_name');
      const name = required(request.name, 'name');
      const description = ledger.describeDatatype(id, module, name);
      if (description === undefined) throw notFound(`Datatype ${id}::${module}::${name} not found`);
      return message(GetDatatypeResponse, { datatype: renderDatatype(description) });
    }),
    unary(
      MovePackageService,
      'ListPackageVersions',
      ListPackageVersionsRequest,
      ListPackageVersionsResponse,
      (request) => {
        const { id } = requirePackage(ledger, request.packageId);
        // A family has few versions; one page holds them all.
        return message(ListPackageVersionsResponse, {
          versions: ledger
            .packageVersions(id)
            .map((entry) =>
              message(GrpcTypes.PackageVersion, { packageId: entry.id, version: entry.version }),
            ),
        });
      },
    ),
  ];
}
