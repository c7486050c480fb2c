import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorMessage } from '@walrus-ts/core';
import { LineCounter, isMap, isScalar, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { NodeError } from '../errors.js';
import { NodeConfigSchema, type NodeConfig } from './schema.js';

/**
 * Reads and checks a configuration file.
 *
 * @param path - YAML file
 * @returns the configuration; its paths are absolute
 * @throws NODE_CONFIG_UNREADABLE, NODE_CONFIG_INVALID with line and key of the first mistake
 */
export async function loadNodeConfig(path: string): Promise<NodeConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new NodeError('NODE_CONFIG_UNREADABLE', `cannot read the configuration ${path}`, {
      cause,
      hint: errorMessage(cause),
    });
  }
  return parseNodeConfig(text, path);
}

/**
 * Checks the text of a configuration file.
 *
 * @param text - YAML
 * @param path - where it came from: for messages, and as the base of relative paths
 * @throws NODE_CONFIG_INVALID
 */
export function parseNodeConfig(text: string, path: string): NodeConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    throw invalid(`${path}:${lines.linePos(syntax.pos[0]).line}: ${syntax.message}`);
  }
  const result = NodeConfigSchema.safeParse(document.toJS());
  if (!result.success) {
    const problems = result.error.issues.map((issue) => describe(issue, document, lines, path));
    throw invalid(problems[0] ?? `${path} is not valid`, problems);
  }
  const base = dirname(resolve(path));
  const at = (file: string): string => resolve(base, file);
  const config = result.data;
  return {
    ...config,
    dataDir: at(config.dataDir),
    protocolKeyPath: at(config.protocolKeyPath),
    networkKeyPath: at(config.networkKeyPath),
    ...(config.walletKeyPath === undefined ? {} : { walletKeyPath: at(config.walletKeyPath) }),
    tls: {
      ...config.tls,
      ...(config.tls.certificatePath === undefined
        ? {}
        : { certificatePath: at(config.tls.certificatePath) }),
    },
  };
}

function invalid(message: string, problems: readonly string[] = []): NodeError {
  return new NodeError(
    'NODE_CONFIG_INVALID',
    message,
    problems.length > 1 ? { data: { problems } } : {},
  );
}

function describe(
  issue: z.core.$ZodIssue,
  document: Document,
  lines: LineCounter,
  path: string,
): string {
  const key = issue.path.map(String);
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const line = lineOf(document, unknown === undefined ? key : [...key, unknown], lines);
  const name = [...key, ...(unknown === undefined ? [] : [unknown])].join('.');
  const what = unknown === undefined ? issue.message : 'unknown key';
  return `${path}${line === undefined ? '' : `:${line}`}: ${name === '' ? '' : `${name}: `}${what}`;
}

function lineOf(
  document: Document,
  key: readonly string[],
  lines: LineCounter,
): number | undefined {
  let node: unknown = document.contents;
  let line: number | undefined;
  for (const name of key) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === name);
    if (pair === undefined || !isScalar(pair.key)) break;
    if (pair.key.range) line = lines.linePos(pair.key.range[0]).line;
    node = pair.value;
  }
  return line;
}
